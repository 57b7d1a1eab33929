#pragma once

#include <faultline/campaign/rounds.h>
#include <faultline/network/network.h>

#include <optional>
#include <string>

#include "campaign_header.h"

/// What a campaign by rounds decides between them, and from which records.
namespace faultline::cli {

/// The sample test's strata from the network's words; a plan of another test stays as it is.
/// `network` must outlive every use of the plan.
void survey(campaign::Plan& plan, const network::Network& network);

/// How far a format's runs are.
struct Progressed {
    campaign::Runs runs;     ///< from the first: all rounds that are measured
    bool is_decided = true;  ///< no more rounds follow
};

/// After the rounds that `ledger` holds, from the first: allocates once the pilot is there, stops
/// where the margin is reached. Needs survey().
/// Those that `before` knows to lead on aren't judged again.
Progressed decide(campaign::Plan& plan, const network::Network& network, int format,
                  const campaign::Ledger& ledger, const Progressed& before = {});

/// The records of earlier rounds, all shards': a merged journal. Throws core::Error(usage) naming
/// what differs where it is another campaign's.
campaign::Ledger read_known(const std::string& folder, const CampaignHeader& header);

}  // namespace faultline::cli
