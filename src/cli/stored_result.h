#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "session.h"
#include "stored_value.h"

namespace faultline::cli {

/// A trial of a result, and the format it was measured in.
struct Recorded {
    StoredValue trial;
    std::size_t place = 0;  ///< among its run's trials
    StoredValue format;     ///< the entry of `formats`
    std::size_t point = 0;  ///< place among the format's points
};

/// The result's file, given by itself or by its folder. Throws core::Error(usage) for an empty
/// name.
std::filesystem::path result_path(const std::string& given);

/// Throws core::Error(input) for what is no JSON.
core::Json read_result(const std::filesystem::path& path);

/// Throws core::Error(usage), naming what there is, for a run or a point that the result lacks, and
/// core::Error(input) where its formats don't hold the point.
Recorded find_trial(const StoredValue& result, int run, const std::string& point);

/// The model's or the images' path is there. Throws core::Error(input) telling where it was: a
/// result names files as they were given, and a relative name means another place elsewhere.
void require_there(const std::string& path, const std::string& what, const StoredValue& result);

/// Model, images and preprocessing are those that were measured. Throws core::Error(input).
void require_same_inputs(const StoredValue& result, const StoredValue& format,
                         const Session& session);

/// "threads was 4, is 1": what can explain other last bits.
std::string differing_surroundings(const StoredValue& result, const core::Json& environment);

}  // namespace faultline::cli
