#pragma once

#include <faultline/report/result.h>

#include <vector>

#include "campaign_folder.h"
#include "stored_networks.h"

namespace faultline::cli {

/// Every format's plan. Throws core::Error(usage) before any image is looked at.
std::vector<campaign::Plan> plans_of(campaign::Settings& settings, const StoredNetworks& networks);

/// What the report needs of a format. `network` is as `stored`, with its shapes measured.
report::FormatInputs format_inputs(const campaign::Plan& plan, const StoredNetwork& stored,
                                   const network::Network& network, campaign::Outcome outcome);

/// What the report needs besides, from how the campaign began. `timing`: describe_timing.
report::Inputs inputs_of(CampaignFolder& folder, evaluation::Method method, core::Json timing,
                         std::vector<report::FormatInputs> formats);

}  // namespace faultline::cli
