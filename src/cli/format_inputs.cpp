#include "format_inputs.h"

#include <faultline/campaign/summary.h>

#include "bookkeeping.h"
#include "fault_list.h"

namespace faultline::cli {

std::vector<campaign::Plan> plans_of(const campaign::Settings& settings,
                                     const StoredNetworks& networks) {
    std::vector<campaign::Plan> all;
    for (const auto& stored : networks.chosen())
        all.push_back(campaign::plan(settings, stored.description));
    return all;
}

report::FormatInputs format_inputs(const campaign::Plan& plan, const StoredNetwork& stored,
                                   const network::Network& network, campaign::Outcome outcome) {
    auto list = list_faults(plan, network);
    auto summary = campaign::summarize(plan, network.description(), outcome);
    return {plan,
            network.description(),
            std::move(outcome),
            std::move(summary),
            std::move(list.trials),
            std::move(list.changes),
            stored.place,
            network.weights_sha256()};
}

report::Inputs inputs_of(CampaignFolder& folder, evaluation::Method method, core::Json timing,
                         std::vector<report::FormatInputs> formats) {
    const auto& header = folder.header();
    return {std::move(formats),
            header.tool,
            header.environment,
            header.config,
            header.sweep,
            header.images,
            describe_verification(folder.ledger().checks(), method),
            std::move(timing)};
}

}  // namespace faultline::cli
