#pragma once

namespace faultline::cli {

/// Which task of a job array this process is.
struct ArrayPlace {
    int index;  ///< from 0
    int count;  ///< tasks of the array
};

/// From Slurm's variables: SLURM_ARRAY_TASK_ID, _MIN, _MAX and _STEP. Throws core::Error(usage)
/// naming the variable when one is missing or is no number, and when they don't go together, as in
/// an array with gaps.
ArrayPlace slurm_array_place();

}  // namespace faultline::cli
