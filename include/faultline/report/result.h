#pragma once

#include <faultline/campaign/execute.h>
#include <faultline/campaign/gate.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/summary.h>
#include <faultline/core/json.h>
#include <faultline/evaluation/word_change.h>
#include <faultline/network/description.h>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A campaign's outcome as bytes: result.json, faults.csv, points.csv, and a table for people.
namespace faultline::report {

inline constexpr std::string_view result_file = "result.json";
inline constexpr std::string_view faults_file = "faults.csv";
inline constexpr std::string_view points_file = "points.csv";

/// Of result.json and of a comparison of two.
inline constexpr std::string_view schema_version = "5";

/// What was measured on the network as stored in one format.
struct FormatInputs {
    campaign::Plan plan;
    network::Description network;
    campaign::Outcome outcome;
    campaign::Summary summary;
    std::vector<std::vector<evaluation::Trial>> trials;  ///< [run][point]
    std::vector<std::vector<std::vector<evaluation::WordChange>>>
        changes;                    ///< [run][point][effect], of the effects the trial adds
    std::string file;               ///< where the config names it: "network.model"
    std::string parameters_sha256;  ///< before; equal to the one after
};

/// Everything a result is made of. What this part can't know (devices, versions, images) comes as
/// JSON prepared by the parts that do.
struct Inputs {
    std::vector<FormatInputs>
        formats;              ///< at least one; of the same tensors, on the same seed and images
    core::Json tool;          ///< version, commit
    core::Json environment;   ///< libtorch, device, flags, float32_probe, host, ...
    core::Json config;        ///< the echo (core::values)
    core::Json sweep;         ///< the cell that this is: sha256, index, cell, values; null if none
    core::Json images;        ///< count, selection, images_sha256, preprocessing_sha256, bad
    core::Json verification;  ///< of all formats; null when nothing was verified
    core::Json timing;        ///< null when it isn't told
    /// [run]: places of its own images; empty where all share all.
    std::vector<std::vector<std::int64_t>> run_images = {};
    std::vector<campaign::Gate> gates = {};  ///< no part of what the campaign is
};

/// The fault list, one line an effect: run,trial,tensor,element,mask,before,after. `trial` is the
/// place of the trial that added it in runs[].trials, `tensor` the place in
/// network.layers[].tensors[].index, words as 8 hexadecimal digits. Of a protected memory `mask` is
/// what changed in the number that is read, and one column more, `hit`, has the bits of the word
/// that were met, as 24 digits. Throws Error(integrity) when a word changed otherwise than its
/// effect says, or was not recorded.
std::string faults_csv(const Inputs& inputs);

/// The lines of one trial in faults_csv. Throws as faults_csv.
std::string fault_rows(int run, std::size_t place, std::span<const fault::Effect> added,
                       std::span<const evaluation::WordChange> changes);

/// {"images": ..., "top1": ..., ...}, as in runs[].trials[].tally.
core::Json tally_json(const evaluation::Tally& tally);

/// result.json (configs/schema/result.schema.json). `faults_sha256` is that of faults_csv's bytes.
core::Json result(const Inputs& inputs, const std::string& faults_sha256);

/// Which campaign this is: SHA-256 of the compact JSON, keys sorted, of {"config": the config
/// without paths, "environment": the environment without its host, "identity": {"formats": name,
/// model_sha256 and parameters_sha256 of each, "images_sha256": ..., "preprocessing_sha256": ...}}.
/// Equal exactly where the same numbers must come out.
std::string campaign_sha256(const Inputs& inputs);

/// A config without the paths in it, an environment without its host: what is left decides numbers.
core::Json without_paths(core::Json config);
core::Json without_host(core::Json environment);

/// One line a point, plain CSV with a header; shares in [0, 1], empty where there is no value.
std::string points_csv(const Inputs& inputs);

/// For people: for each format golden, then a line a point, aligned; groups after a layer-wise
/// test; then what so many runs can't exclude. Beside counts of errors in several formats stands
/// which share of the exposed bits they are: equal counts aren't equal rates. At most 100 columns.
std::string table(const Inputs& inputs);

}  // namespace faultline::report
