#include "plan_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace faultline::cli {
namespace {

std::uint64_t trials_of(const std::vector<SampledPart>& parts) {
    std::uint64_t sum = 0;
    for (const auto& part : parts) sum += part.trials;
    return sum;
}

std::string part_table(const char* what, const std::vector<SampledPart>& parts) {
    std::size_t width = 24;
    for (const auto& part : parts) width = std::max(width, part.name.size());
    auto text = fmt::format("\n{:<{}}{:>16}{:>10}\n", what, width, "sites", "trials");
    for (const auto& part : parts)
        text += fmt::format("{:<{}}{:>16}{:>10}\n", part.name, width, part.sites, part.trials);
    return text + fmt::format("{:<{}}{:>16}{:>10}\n", "all", width, "", trials_of(parts));
}

std::string duration(double seconds) {
    constexpr double minute = 60, hour = 3600;
    if (seconds < 2 * minute) return fmt::format("{:.3g} s", seconds);
    if (seconds < 2 * hour) return fmt::format("{:.1f} min", seconds / minute);
    return fmt::format("{:.1f} h", seconds / hour);
}

std::string cost_text(const campaign::Seconds& seconds) {
    return fmt::format("{:.2f} ms + {:.4f} ms per image", 1e3 * seconds.start, 1e3 * seconds.each);
}

std::string split_table(const BudgetPlan& budget) {
    std::string text = fmt::format("\n{:>18}{:>10}{:>12}{:>16}\n", "images of a run", "runs",
                                   "time", "expected width");
    for (std::size_t place = 0; place < budget.splits.size(); ++place) {
        const auto& split = budget.splits[place];
        const auto images = fmt::format("{}{}", split.images, split.own ? "" : " (all share)");
        text += fmt::format("{:>18}{:>10}{:>12}{:>16.4f}{}\n", images, split.runs,
                            duration(split.seconds), split.width,
                            place == budget.best ? "  <- narrowest" : "");
    }
    return text;
}

std::string budget_text(const BudgetPlan& budget) {
    const auto& probed = budget.probed;
    auto text = fmt::format(
        "\nprobe           {} runs on {} and {} images in {}; golden top-1 {:.4f}\n"
        "  image set     {}\n  run           {}\n"
        "campaign        {} runs x {} images: about {}\n",
        probed.runs, probed.few, probed.many, duration(probed.seconds), probed.golden_top1,
        cost_text(probed.cost.set), cost_text(probed.cost.run), budget.runs, budget.images,
        duration(budget.seconds));
    text += fmt::format(
        "\nbudget          {}, for the mean top-1 at {}, whose runs scatter most:\n"
        "                standard deviation {:.4f} between runs, {:.4f} between a run's images\n",
        duration(budget.budget_seconds), budget.point, std::sqrt(budget.scatter.runs),
        std::sqrt(budget.scatter.images));
    if (budget.splits.empty())
        return text + "\nThat is too little for two runs; give a longer --budget.\n";
    return text + split_table(budget) + "\n" + split_command(budget, budget.splits[budget.best]) +
           "\n";
}

core::Json parts_json(const std::vector<SampledPart>& parts) {
    auto list = core::Json::array();
    for (const auto& part : parts)
        list.push_back({{"name", part.name}, {"sites", part.sites}, {"trials", part.trials}});
    return list;
}

core::Json cost_json(const campaign::Seconds& seconds) {
    return {{"start_seconds", seconds.start}, {"seconds_per_image", seconds.each}};
}

core::Json budget_json(const BudgetPlan& budget) {
    auto splits = core::Json::array();
    for (std::size_t place = 0; place < budget.splits.size(); ++place) {
        const auto& split = budget.splits[place];
        splits.push_back({{"images_of_a_run", split.images},
                          {"own_images", split.own},
                          {"runs", split.runs},
                          {"seconds", split.seconds},
                          {"expected_width", split.width},
                          {"narrowest", place == budget.best},
                          {"command", split_command(budget, split)}});
    }
    const auto& probed = budget.probed;
    return {{"probe",
             {{"runs", probed.runs},
              {"images", {probed.few, probed.many}},
              {"seconds", probed.seconds},
              {"golden_top1_share", probed.golden_top1},
              {"image_set", cost_json(probed.cost.set)},
              {"run", cost_json(probed.cost.run)}}},
            {"campaign",
             {{"runs", budget.runs}, {"images", budget.images}, {"seconds", budget.seconds}}},
            {"budget_seconds", budget.budget_seconds},
            {"point", budget.point},
            {"sd_between_runs", std::sqrt(budget.scatter.runs)},
            {"sd_between_images", std::sqrt(budget.scatter.images)},
            {"splits", std::move(splits)}};
}

}  // namespace

std::string split_command(const BudgetPlan& budget, const campaign::Split& split) {
    const auto own = split.own ? fmt::format(" --images-per-run {}", split.images) : "";
    return fmt::format("faultline run {} --runs {}{}", budget.command, split.runs, own);
}

std::string plan_text(const SamplePlan& sample, const std::optional<BudgetPlan>& budget) {
    const auto& precision = sample.precision;
    auto text = fmt::format(
        "sites           {} in {} (one bit of one stored number each)\n"
        "one-error trials for a share within {:g} at {:g} % confidence (Leveugle et al., DATE "
        "2009):\n"
        "  network       {}\n",
        sample.whole.sites, sample.format, precision.margin, 100 * precision.confidence,
        sample.whole.trials);
    text += fmt::format("  by layer      {} in {} layers\n  by bit        {} in {} bits\n",
                        trials_of(sample.layers), sample.layers.size(), trials_of(sample.bits),
                        sample.bits.size());
    text += part_table("layer", sample.layers) + part_table("bit", sample.bits);
    if (budget) text += budget_text(*budget);
    return text;
}

core::Json plan_json(const SamplePlan& sample, const std::optional<BudgetPlan>& budget) {
    core::Json json = {{"kind", "plan"},
                       {"format", sample.format},
                       {"sites", sample.whole.sites},
                       {"sample",
                        {{"margin", sample.precision.margin},
                         {"confidence", sample.precision.confidence},
                         {"trials", sample.whole.trials},
                         {"layers", parts_json(sample.layers)},
                         {"bits", parts_json(sample.bits)}}}};
    json["budget"] = budget ? budget_json(*budget) : core::Json();
    return json;
}

}  // namespace faultline::cli
