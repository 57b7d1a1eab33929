#include "bookkeeping.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace faultline::cli {
namespace {

core::Json phases(std::span<const Measured> formats) {
    evaluation::Phases sum;
    for (const auto& format : formats) {
        sum.golden += format.seconds.golden;
        sum.probe += format.seconds.probe;
        sum.trials += format.seconds.trials;
        sum.verify += format.seconds.verify;
    }
    return {{"golden", sum.golden},
            {"probe", sum.probe},
            {"trials", sum.trials},
            {"verify", sum.verify}};
}

core::Json memory(const Measured& measured) {
    return {{"budget_bytes", measured.plan.budget_bytes},
            {"expected_bytes", measured.plan.bytes},
            {"kept_bytes", measured.plan.kept_bytes}};
}

core::Json layer_tiers(const network::Description& network, const evaluation::Work& work) {
    core::Json layers = core::Json::array();
    for (std::size_t layer = 0; layer < work.layers.size(); ++layer) {
        layers.push_back({{"layer", network.layers[layer].name},
                          {"full", work.layers[layer].full},
                          {"block", work.layers[layer].block},
                          {"block_width", work.layers[layer].block_width}});
    }
    return layers;
}

core::Json names_of(const evaluation::Settings& settings) {
    if (settings.method == evaluation::Method::whole) return {"whole"};
    const auto& tiers = settings.tiers;
    core::Json names = {"resume"};
    if (tiers.block) names.push_back("block");
    if (tiers.drop) names.push_back("drop");
    if (tiers.drop && tiers.stack) names.push_back("stack");
    return names;
}

std::int64_t trial_count(const campaign::Extent& extent) {
    std::int64_t points = 0;
    for (const auto count : extent.points) points += count;
    return points * extent.runs * extent.blocks;
}

}  // namespace

std::string utc_now() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

core::Json describe_work(const network::Description& network, const evaluation::Settings& settings,
                         const evaluation::Work& work, const evaluation::MemoryPlan& plan) {
    return {{"macs_done", work.macs_done},
            {"macs_whole", work.macs_whole},
            {"tiers", names_of(settings)},
            {"layers", layer_tiers(network, work)},
            {"images", work.images},
            {"images_dropped", work.images_dropped},
            {"images_stacked", work.images_stacked},
            {"kept_values", plan.kept_count},
            {"wanted_values", plan.wanted_count}};
}

core::Json describe_verification(const campaign::Checks& checks, evaluation::Method method) {
    core::Json checked = nullptr, differences = nullptr;
    if (method == evaluation::Method::resumed) {
        checked = checks.trials_checked;
        differences = 0;  // one would have ended the campaign
    }
    return {{"trials_checked", checked},
            {"differences", differences},
            {"flips_read_back", checks.words_read_back},
            {"restores_checked", checks.words_restored}};
}

core::Json describe_timing(const std::string& started, const campaign::Ledger& ledger,
                           std::span<const Measured> formats) {
    const auto trials = std::max<std::int64_t>(1, trial_count(ledger.coverage().extent()));
    core::Json timing = {{"started", started},
                         {"finished", utc_now()},
                         {"records", ledger.record_count()},
                         {"measuring_seconds", ledger.seconds()},
                         {"seconds_per_trial", ledger.seconds() / static_cast<double>(trials)},
                         {"phase_seconds", phases(formats)},
                         {"formats", core::Json::array()}};
    for (const auto& format : formats) {
        timing["formats"].push_back(
            {{"name", format.format}, {"memory", memory(format)}, {"work", format.work}});
    }
    return timing;
}

}  // namespace faultline::cli
