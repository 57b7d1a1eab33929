#pragma once

#include <faultline/campaign/ledger.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/shard.h>
#include <faultline/core/json.h>

#include <span>
#include <vector>

#include "session.h"
#include "stored_networks.h"

namespace faultline::cli {

/// What a campaign is, decided when it begins: the first line of its journal.
struct CampaignHeader {
    core::Json tool;
    core::Json config;       ///< the echo
    core::Json environment;  ///< as in the result
    core::Json images;       ///< describe_images; where each run draws its own, all "labels", too
    core::Json formats;      ///< [{"name", "file", "model_sha256"}]
    core::Json sweep;        ///< which cell of a sweep it is; null when it is none
    core::Json gates;        ///< expressions, for whoever joins shards; they decide no number
    campaign::Extent extent;
    std::vector<std::int64_t> shape;  ///< of one image, [channel, row, column]
    campaign::Shard shard;
    std::string started;  ///< by the clock of whoever began it
};

/// `session` is that of the first format; its batch is the campaign's.
CampaignHeader describe_campaign(Settings& settings, const Session& session,
                                 std::span<const StoredNetwork> networks,
                                 std::span<const campaign::Plan> plans);

core::Json header_json(const CampaignHeader& header);

/// Throws core::Error(integrity) naming `source` where something is missing.
CampaignHeader header_of(const core::Json& json, const std::string& source);

/// What must be equal where the same numbers must come out: without paths, host, shard and time.
core::Json comparable(const CampaignHeader& header);

}  // namespace faultline::cli
