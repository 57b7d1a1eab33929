#include "format_inputs.h"

#include <faultline/campaign/summary.h>
#include <faultline/core/error.h>
#include <faultline/dataset/dataset.h>
#include <fmt/format.h>

#include "bookkeeping.h"
#include "fault_list.h"

namespace faultline::cli {
namespace {

std::vector<std::vector<std::int64_t>> images_of_runs(const core::Json& images,
                                                      const campaign::Settings& settings,
                                                      int runs) {
    std::vector<std::vector<std::int64_t>> all;
    if (settings.images_per_run == 0) return all;
    const auto labels = images.at("labels").get<std::vector<std::int32_t>>();
    for (int run = 0; run < runs; ++run) {
        all.push_back(dataset::draw_images(labels, settings.images_per_run, settings.seed,
                                           static_cast<std::uint32_t>(run)));
    }
    return all;
}

}  // namespace

std::vector<campaign::Plan> plans_of(campaign::Settings& settings, const StoredNetworks& networks) {
    campaign::settle(settings);
    if (settings.until_margin > 0 && networks.chosen().size() > 1) {
        throw core::Error(core::Fault::usage,
                          fmt::format("until_margin: formats would stop after different runs; "
                                      "measure one at a time, with formats ({} was chosen)",
                                      networks.chosen().front().format()));
    }
    std::vector<campaign::Plan> all;
    for (const auto& stored : networks.chosen())
        all.push_back(campaign::plan(settings, stored.description));
    return all;
}

report::FormatInputs format_inputs(const campaign::Plan& plan, const StoredNetwork& stored,
                                   const network::Network& network, campaign::Outcome outcome) {
    auto list = list_faults(plan, network, static_cast<int>(outcome.runs.size()));
    auto summary = campaign::summarize(plan, network.description(), outcome);
    auto kept = plan;
    if (kept.strata) kept.strata->words = {};  // which live no longer than the network
    kept.stored_word = {};
    return {std::move(kept),    network.description(),   std::move(outcome),
            std::move(summary), std::move(list.trials),  std::move(list.changes),
            stored.place,       network.weights_sha256()};
}

report::Inputs inputs_of(CampaignFolder& folder, evaluation::Method method, core::Json timing,
                         std::vector<report::FormatInputs> formats) {
    const auto& header = folder.header();
    auto images = header.images;
    const auto runs = static_cast<int>(formats.front().outcome.runs.size());
    const auto& settings = formats.front().plan.settings;
    auto run_images = images_of_runs(images, settings, runs);
    images.erase("labels");
    return {std::move(formats),
            header.tool,
            header.environment,
            header.config,
            header.sweep,
            std::move(images),
            describe_verification(folder.ledger().checks(), method),
            std::move(timing),
            std::move(run_images)};
}

}  // namespace faultline::cli
