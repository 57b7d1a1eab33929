#include "bookkeeping.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace faultline::cli {
namespace {

core::Json phases(std::span<const Measured> formats) {
    evaluation::Phases sum;
    for (const auto& format : formats) {
        sum.golden += format.work.seconds.golden;
        sum.probe += format.work.seconds.probe;
        sum.trials += format.work.seconds.trials;
        sum.verify += format.work.seconds.verify;
    }
    return {{"golden", sum.golden},
            {"probe", sum.probe},
            {"trials", sum.trials},
            {"verify", sum.verify}};
}

core::Json memory(std::span<const Measured> formats) {
    auto list = core::Json::array();
    for (const auto& format : formats) {
        list.push_back({{"budget_bytes", format.plan.budget_bytes},
                        {"expected_bytes", format.plan.bytes},
                        {"kept_bytes", format.plan.kept_bytes}});
    }
    return list;
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

core::Json tiers(const Measured& measured) {
    if (measured.whole()) return {"whole"};
    const auto& tiers = measured.settings.tiers;
    core::Json names = {"resume"};
    if (tiers.block) names.push_back("block");
    if (tiers.drop) names.push_back("drop");
    if (tiers.drop && tiers.stack) names.push_back("stack");
    return names;
}

}  // namespace

std::string utc_now() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

core::Json describe_timing(const std::string& started, std::span<const Measured> formats) {
    double seconds = 0;
    std::int64_t trials = 0;
    for (const auto& format : formats) {
        seconds += format.seconds;
        trials += format.work.trials;
    }
    return {{"started", started},
            {"finished", utc_now()},
            {"measuring_seconds", seconds},
            {"seconds_per_trial", seconds / static_cast<double>(std::max<std::int64_t>(1, trials))},
            {"phase_seconds", phases(formats)},
            {"memory", memory(formats)}};
}

core::Json describe_verification(std::span<const Measured> formats) {
    evaluation::InjectionChecks checks;
    std::int64_t trials_checked = 0;
    for (const auto& format : formats) {
        checks += format.work.checks;
        trials_checked += format.work.trials_checked;
    }
    core::Json checked = nullptr, differences = nullptr;
    if (!formats.front().whole()) {
        checked = trials_checked;
        differences = 0;  // one would have ended the campaign
    }
    return {{"trials_checked", checked},
            {"differences", differences},
            {"flips_read_back", checks.words_read_back},
            {"restores_checked", checks.words_restored}};
}

core::Json describe_work(const network::Description& network, const Measured& measured) {
    const auto& work = measured.work;
    return {{"macs_done", work.macs_done},
            {"macs_whole", work.macs_whole},
            {"tiers", tiers(measured)},
            {"layers", layer_tiers(network, work)},
            {"images", work.images},
            {"images_dropped", work.images_dropped},
            {"images_stacked", work.images_stacked},
            {"kept_values", measured.plan.kept_count},
            {"wanted_values", measured.plan.wanted_count}};
}

}  // namespace faultline::cli
