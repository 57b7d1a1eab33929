// Before a campaign: how many sites there are, how many one-error trials tell a share, and, with
// images, how long the campaign will take and how that time is spent best: a few runs are measured.

#include <faultline/campaign/plan.h>
#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "common.h"
#include "decisions.h"
#include "given_words.h"
#include "interrupt.h"
#include "plan_report.h"
#include "subcommands.h"

namespace faultline::cli {
namespace {

struct PlanOptions {
    Common common;
    double margin = 0.05;
    std::optional<double> budget;
    ProbeSize probe;
    std::string json;
};

core::Section own_options(PlanOptions& options) {
    return {"plan",
            {core::option("margin", options.margin, "of a share that one-error trials are to tell",
                          {1e-6, 0.5}),
             core::option("budget", options.budget,
                          "minutes to be spent on runs and images; none: what the campaign takes",
                          {1e-3, 1e6}),
             core::option("probe_runs", options.probe.runs, "so many runs are measured to tell",
                          {3, 1000}),
             core::option("probe_images", options.probe.images, "... on so many images",
                          {2, 1'000'000}),
             core::option("json", options.json, "write all numbers there, too", "FILE")}};
}

SampledPart part(std::string name, std::uint64_t sites, const campaign::Precision& precision) {
    return {std::move(name), sites, campaign::sample_size(sites, precision)};
}

SamplePlan sample_plan(const PlanOptions& options, const network::Description& network) {
    const auto& settings = options.common.settings.campaign;
    const auto whole = campaign::space(settings, network);
    SamplePlan plan;
    plan.format = network.format();
    plan.precision = {options.margin, settings.confidence};
    plan.whole = part("network", whole.site_count(), plan.precision);
    for (int layer = 0; layer < std::ssize(network.layers); ++layer) {
        const auto sites = campaign::space(settings, network, layer).site_count();
        const auto& name = network.layers[static_cast<std::size_t>(layer)].name;
        if (sites > 0) plan.layers.push_back(part(name, sites, plan.precision));
    }
    for (int bit = 0; true; ++bit) {
        std::uint64_t sites = 0;
        for (const auto& extent : whole.extents())
            if (bit < extent.bit_count) sites += static_cast<std::uint64_t>(extent.element_count);
        if (sites == 0) break;
        plan.bits.push_back(part(std::to_string(bit), sites, plan.precision));
    }
    return plan;
}

std::size_t most_scattered(const std::vector<campaign::Scatter>& scatter) {
    const auto most = std::max_element(
        scatter.begin(), scatter.end(),
        [](const auto& left, const auto& right) { return left.runs < right.runs; });
    return static_cast<std::size_t>(most - scatter.begin());
}

BudgetPlan budget_plan(const PlanOptions& options, Session& session, const campaign::Plan& plan,
                       std::string command) {
    BudgetPlan budget;
    budget.images = session.images.size();
    budget.runs = plan.settings.runs;
    budget.command = std::move(command);
    budget.probed = probe_cost(session, plan, options.probe, options.common.progress);
    const auto& cost = budget.probed.cost;
    budget.seconds = cost.set.at(budget.images) + budget.runs * cost.run.at(budget.images);
    constexpr double minute = 60;
    budget.budget_seconds = options.budget ? minute * *options.budget : budget.seconds;
    const auto point = most_scattered(budget.probed.scatter);
    budget.point = plan.points[point].key;
    budget.scatter = budget.probed.scatter[point];
    budget.splits = campaign::splits(cost, budget.scatter, budget.images, budget.budget_seconds,
                                     plan.settings.confidence);
    if (!budget.splits.empty()) budget.best = campaign::narrowest(budget.splits);
    return budget;
}

/// Of the command that makes the campaign, all but what a split decides and what `plan` alone has.
std::string campaign_words(const CLI::App& app) {
    return given_words(app, {"--runs", "--margin", "--budget", "--probe-runs", "--probe-images",
                             "--json", "--progress", "--log-level", "--log-file", "--help"});
}

/// How it is probed: on images that all runs share, drawn plainly.
void settle_for_probe(campaign::Settings& settings) {
    campaign::settle(settings);
    settings.images_per_run = 0;
    settings.sampling = campaign::Sampling::plain;
    settings.allocate = false;
    settings.pilot = 0;
}

ExitCode plan_command(PlanOptions& options, const CLI::App& app) {
    const SignalScope signals;
    auto& settings = options.common.settings;
    settle_for_probe(settings.campaign);
    auto network = load_network(settings);
    auto plan = campaign::plan(settings.campaign, network.description());
    const auto sample = sample_plan(options, network.description());
    std::optional<BudgetPlan> budget;
    if (!settings.dataset.images.empty()) {
        auto session = open_session(settings, std::move(network), options.common.progress);
        survey(plan, session.network);
        budget = budget_plan(options, session, plan, campaign_words(app));
    } else if (options.budget) {
        throw core::Error(core::Fault::usage,
                          "--budget: what a run costs is measured; give --images, too");
    }
    if (!options.json.empty())
        core::write_file(options.json, core::to_text(plan_json(sample, budget)));
    fmt::print("{}", plan_text(sample, budget));
    return ExitCode::done;
}

}  // namespace

Action add_plan(CLI::App& app) {
    auto options = std::make_shared<PlanOptions>();
    options->common.add_to(app, {{"network", "dataset", "campaign", "evaluation", "cache"},
                                 {"quantized", "formats", "images_per_run"},
                                 own_options(*options)});
    return [options, &app] {
        options->common.begin(app);
        options->common.fill_settings();
        return plan_command(*options, app);
    };
}

}  // namespace faultline::cli
