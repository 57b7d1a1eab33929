#include "lines.h"

#include <faultline/fault/location.h>
#include <faultline/network/device.h>

#include <cmath>

namespace faultline::benchmarks {
namespace {

core::Json describe_steps(const network::Network& network) {
    core::Json steps = core::Json::array();
    const auto& nodes = network.description().nodes;
    for (std::size_t step = 0; step < network.program().steps.size(); ++step) {
        const auto& made = network.program().steps[step];
        steps.push_back({{"operation", made.operation},
                         {"layer", made.layer},
                         {"macs", nodes[step + 1].macs}});  // node 0 is the input
    }
    return steps;
}

core::Json describe_tensors(const network::Network& network) {
    core::Json tensors = core::Json::array();
    const auto& program = network.program();
    for (const auto& tensor : network.description().tensors) {
        const fault::Location first =
            fault::WeightWord{static_cast<std::int32_t>(tensors.size()), 0};
        const auto touched = network::touched_steps(program, first);
        tensors.push_back({{"name", tensor.name},
                           {"shape", tensor.shape},
                           {"touched", touched},
                           {"needed", network::descendants(program, touched)}});
    }
    return tensors;
}

core::Json nanoseconds(std::span<const double> all) {
    core::Json rounded = core::Json::array();
    for (const double seconds : all) rounded.push_back(std::round(seconds * 1e9) / 1e9);
    return rounded;
}

}  // namespace

core::Json describe(const network::Network& network) {
    const auto probe = network::probe_float32(network.device());
    return {{"model", network.description().path},
            {"macs", network.description().macs()},
            {"environment", network::environment(network.device())},
            {"float32_probe", {{"error", probe.error}, {"pass", probe.pass}}},
            {"steps", describe_steps(network)},
            {"tensors", describe_tensors(network)}};
}

core::Json describe(const Trials& trials) {
    const auto points = static_cast<std::int32_t>(trials.plan.points.size());
    core::Json sampled = core::Json::array();
    for (const auto place : trials.sampled) sampled.push_back({place / points, place % points});
    return {{"runs", trials.plan.settings.runs},
            {"points", points},
            {"cumulative", trials.plan.settings.test == campaign::Test::full},
            {"sampled", sampled}};
}

core::Json describe(const Spent& spent) {
    return {{"seconds", spent.seconds},
            {"golden", spent.phases.golden},
            {"probe", spent.phases.probe},
            {"trials", spent.phases.trials},
            {"verify", spent.phases.verify}};
}

core::Json describe(const evaluation::Work& work) {
    core::Json layers = core::Json::array();
    for (const auto& layer : work.layers)
        layers.push_back(
            {{"full", layer.full}, {"block", layer.block}, {"block_width", layer.block_width}});
    return {{"macs_done", work.macs_done},
            {"macs_whole", work.macs_whole},
            {"trials", work.trials},
            {"images", work.images},
            {"images_dropped", work.images_dropped},
            {"images_stacked", work.images_stacked},
            {"layers", layers}};
}

core::Json describe(const StepSeconds& seconds) {
    return {{"full", nanoseconds(seconds.full)}, {"narrow", nanoseconds(seconds.narrow)}};
}

core::Json unchanged(std::span<const evaluation::Tally> tallies) {
    core::Json counts = core::Json::array();
    for (const auto& tally : tallies) counts.push_back(tally.masked + tally.benign);
    return counts;
}

}  // namespace faultline::benchmarks
