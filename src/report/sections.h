#pragma once

#include <faultline/campaign/protection.h>
#include <faultline/report/result.h>

/// The larger sections of result.json.
namespace faultline::report {

core::Json interval_json(const campaign::Interval& interval);
/// Whose deviation it is (sample, population) is said once, in the result's conventions. Without
/// errors there is no drop per error.
core::Json statistics_json(const campaign::Statistics& statistics, bool has_errors);

/// Layers and graph are those of the first format's file.
core::Json network_json(const Inputs& inputs);
core::Json points_json(const Inputs& inputs);
core::Json groups_json(const Inputs& inputs);
/// The sample test's; else empty.
core::Json strata_json(const Inputs& inputs);
/// What protecting the memory would cost and leave, format by format.
core::Json guideline_json(const Inputs& inputs);
core::Json runs_json(const Inputs& inputs);

/// What one error does: in all, at the worst bits and directions, in the worst layers. Empty after
/// other tests than `sample`.
std::string strata_table(const FormatInputs& inputs);
/// The end of a path says more than its beginning.
std::string shortened(const std::string& name);

/// What guards the memory, and what that costs; "none".
core::Json protection_json(const Inputs& inputs);
/// What became of hit words, one for each trial of a run; none where nothing is protected.
std::vector<core::Json> hit_words_json(const FormatInputs& inputs, std::size_t run);
/// Means over runs, one for each point.
std::vector<core::Json> mean_hit_words_json(const FormatInputs& inputs);
/// A line for people; empty where nothing is protected.
std::string protection_line(const FormatInputs& inputs);

/// The hashes of images and preprocessing.
core::Json identity_json(const Inputs& inputs);
/// A format's name and the hashes of its file and parameters.
core::Json stored_json(const FormatInputs& format);

/// A number that is finite: JSON knows no other.
core::Json real(double value);
double share(std::int64_t count, std::int64_t all);

}  // namespace faultline::report
