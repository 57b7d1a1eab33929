#pragma once

#include <faultline/campaign/record.h>

#include <string>

namespace faultline::campaign {

/// One of several processes that share a campaign's runs out among them.
struct Shard {
    int index = 1;  ///< from 1 to count
    int count = 1;

    bool operator==(const Shard&) const = default;
};

/// "2/4"; empty: 1/1. Throws Error(usage) for anything else.
Shard parse_shard(const std::string& text);

/// The shard's share of `runs`: consecutive ones; sizes differ by one at most, and are 0 when
/// there are more shards than runs.
Runs share(const Shard& shard, const Runs& runs);

}  // namespace faultline::campaign
