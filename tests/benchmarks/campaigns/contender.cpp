#include "contender.h"

#include "clock.h"

namespace faultline::benchmarks {
namespace {

evaluation::Settings settings_of(const Settings& settings, evaluation::Method method,
                                 evaluation::Tiers tiers) {
    auto made = settings.evaluation;
    made.method = method;
    made.tiers = tiers;
    return made;
}

evaluation::MemoryPlan plan_of(const network::Network& network, const Settings& settings,
                               evaluation::Method method) {
    const auto asked = evaluation::parse_bytes(settings.evaluation.memory);
    const auto device = network.device();
    return evaluation::plan_memory(
        network,
        {.budget_bytes = asked > 0 ? asked : evaluation::default_budget_bytes(device),
         .used_bytes = evaluation::used_bytes(device),
         .image_count = std::int64_t{settings.evaluation.batch} * settings.measuring.blocks,
         .batch = settings.evaluation.batch,
         .keep = method == evaluation::Method::resumed});
}

evaluation::Phases difference(const evaluation::Phases& later, const evaluation::Phases& earlier) {
    return {.golden = later.golden - earlier.golden,
            .probe = later.probe - earlier.probe,
            .trials = later.trials - earlier.trials,
            .verify = later.verify - earlier.verify};
}

}  // namespace

Contender::Contender(const network::Network& network, const Settings& settings,
                     evaluation::Method method, evaluation::Tiers tiers)
    : settings_(settings),
      evaluator_(network, settings_of(settings, method, tiers),
                 plan_of(network, settings, method)) {}

Spent Contender::measure(std::span<const dataset::Block> blocks,
                         std::span<const evaluation::Trial> trials) {
    const auto before = evaluator_.work().seconds;
    Spent spent;
    // Tallies are read back on the host, so nothing is left to wait for.
    spent.seconds = seconds(at::kCPU, [&] {
        for (const auto& block : blocks) {
            auto tallies = evaluator_.measure(block, settings_.dataset.preprocessing, trials);
            if (spent.tallies.empty()) spent.tallies = std::move(tallies);
        }
    });
    spent.phases = difference(evaluator_.work().seconds, before);
    return spent;
}

}  // namespace faultline::benchmarks
