#pragma once

#include <faultline/campaign/plan.h>
#include <faultline/campaign/shard.h>

#include <memory>
#include <string>

#include "bookkeeping.h"
#include "campaign_folder.h"
#include "progress.h"
#include "session.h"

namespace faultline::cli {

/// One format's place in a campaign.
struct FormatTask {
    campaign::Plan& plan;
    int place = 0;
    campaign::Shard shard;
    std::string name;  ///< for the progress, where there are several formats
};

/// Where a format's trials are measured and kept; made when there is something to measure. What it
/// is given must outlive it.
class FormatBench {
 public:
    FormatBench(const FormatTask& task, const Session& session, const Settings& settings,
                ProgressStyle style, CampaignFolder& folder);
    ~FormatBench();
    FormatBench(const FormatBench&) = delete;
    FormatBench& operator=(const FormatBench&) = delete;

    /// Those of `runs` that the folder's ledger lacks. Throws as campaign::execute.
    void measure(const campaign::Runs& runs);

    /// What this process did. Throws core::Error(integrity) where the weights aren't those from
    /// before.
    Measured close();

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace faultline::cli
