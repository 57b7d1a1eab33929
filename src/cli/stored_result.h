#pragma once

#include <faultline/core/stored_value.h>

#include <cstddef>
#include <filesystem>
#include <string>

#include "session.h"

namespace faultline::cli {

/// A trial of a result, and the format it was measured in.
struct Recorded {
    core::StoredValue trial;
    std::size_t place = 0;     ///< among its run's trials
    core::StoredValue format;  ///< the entry of `formats`
    std::size_t point = 0;     ///< place among the format's points
};

/// The result's file, given by itself or by its folder. Throws core::Error(usage) for an empty
/// name.
std::filesystem::path result_path(const std::string& given);

/// What is told of a result must not take its place. Throws core::Error(usage).
void require_other_file(const std::string& written, const std::filesystem::path& result);

/// Throws core::Error(input) for what is no JSON.
core::Json read_result(const std::filesystem::path& path);

/// Throws core::Error(usage), naming what there is, for a run or a point that the result lacks, and
/// core::Error(input) where its formats don't hold the point.
Recorded find_trial(const core::StoredValue& result, int run, const std::string& point);

/// The model's or the images' path is there. Throws core::Error(input) telling where it was: a
/// result names files as they were given, and a relative name means another place elsewhere.
void require_there(const std::string& path, const std::string& what,
                   const core::StoredValue& result);

/// Model, images and preprocessing are those that were measured. Throws core::Error(input).
void require_same_inputs(const core::StoredValue& result, const core::StoredValue& format,
                         const Session& session);

/// "threads was 4, is 1": what can explain other last bits.
std::string differing_surroundings(const core::StoredValue& result, const core::Json& environment);

}  // namespace faultline::cli
