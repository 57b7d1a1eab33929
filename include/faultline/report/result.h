#pragma once

#include <faultline/campaign/execute.h>
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

/// Everything a result is made of. What this part can't know (devices, versions, images) comes as
/// JSON prepared by the parts that do.
struct Inputs {
    const campaign::Plan& plan;
    const network::Description& network;
    const campaign::Outcome& outcome;
    const campaign::Summary& summary;
    std::vector<std::vector<evaluation::Trial>> trials;  ///< [run][point]
    std::vector<std::vector<std::vector<evaluation::WordChange>>>
        changes;                    ///< [run][point][effect], of the effects the trial adds
    std::string parameters_sha256;  ///< before; equal to the one after
    core::Json tool;                ///< version, commit
    core::Json environment;         ///< libtorch, device, flags, float32_probe, host, ...
    core::Json config;              ///< the echo (core::values)
    core::Json images;              ///< count, selection, images_sha256, preprocessing_sha256, bad
    core::Json verification;        ///< null when nothing was verified, as are the next two
    core::Json work;
    core::Json timing;
};

/// The fault list, one line an effect: run,trial,tensor,element,mask,before,after. `trial` is the
/// place of the point whose trial added it, `tensor` the place in network.layers[].tensors[].index,
/// words as 8 hexadecimal digits. Throws Error(integrity) when a word changed otherwise than its
/// effect says, or was not recorded.
std::string faults_csv(const Inputs& inputs);

/// The lines of one trial in faults_csv. Throws as faults_csv.
std::string fault_rows(int run, std::size_t point, std::span<const fault::Effect> added,
                       std::span<const evaluation::WordChange> changes);

/// {"images": ..., "top1": ..., ...}, as in runs[].trials[].tally.
core::Json tally_json(const evaluation::Tally& tally);

/// result.json (configs/schema/result.schema.json). `faults_sha256` is that of faults_csv's bytes.
core::Json result(const Inputs& inputs, const std::string& faults_sha256);

/// Which campaign this is: SHA-256 of the compact JSON, keys sorted, of {"config": the config
/// without paths, "environment": the environment without its host, "identity": the hashes of model,
/// parameters, images and preprocessing}. Equal exactly where the same numbers must come out.
std::string campaign_sha256(const Inputs& inputs);

/// One line a point, plain CSV with a header; shares in [0, 1], empty where there is no value.
std::string points_csv(const Inputs& inputs);

/// For people: golden, then a line a point, aligned; groups after a layer-wise test; then what so
/// many runs can't exclude. At most 100 columns.
std::string table(const Inputs& inputs);

}  // namespace faultline::report
