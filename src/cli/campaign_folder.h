#pragma once

#include <faultline/campaign/journal.h>
#include <faultline/campaign/ledger.h>
#include <faultline/report/result.h>

#include <filesystem>
#include <optional>
#include <span>

#include "campaign_header.h"
#include "settings.h"

namespace faultline::cli {

/// The folder that a campaign's journal and result go to, held by this process alone. A folder that
/// was made for a campaign that never began goes with this object.
class CampaignFolder {
 public:
    /// Makes the folder where it isn't there. Throws core::Error(usage) when files can't be written
    /// there, when another process is at work there, or when a result without a journal is there
    /// and may not be overwritten.
    explicit CampaignFolder(const OutputSettings& settings);
    ~CampaignFolder();
    CampaignFolder(const CampaignFolder&) = delete;
    CampaignFolder& operator=(const CampaignFolder&) = delete;

    /// Goes on with the journal that is there, or begins one (always with `force`). Throws
    /// core::Error(usage) naming what differs when it is another campaign's or another shard's,
    /// core::Error(integrity) when it is damaged.
    void open(const CampaignHeader& header);

    /// A journal made of others: `fill` adds the same records to both. Nothing stays when it
    /// throws. Throws core::Error(usage) when a journal is there and may not be overwritten.
    void make(const CampaignHeader& header,
              const std::function<void(campaign::Journal&, campaign::Ledger&)>& fill);

    /// On disk when it returns.
    void keep(const campaign::Record& record);

    /// Whether the files of this very campaign (report::campaign_sha256) are there.
    bool holds_result_of(const std::string& campaign_sha256) const;

    /// From open() on: the campaign's records.
    campaign::Ledger& ledger() { return *ledger_; }
    /// As the campaign was begun.
    const CampaignHeader& header() const { return *header_; }
    bool has_begun() const { return journal_.has_value(); }

    /// All files or none: what can't be written whole is removed again. The result comes last:
    /// where it is, everything is. Returns it. Throws core::Error.
    core::Json write(const report::Inputs& inputs) const;

    /// The result that is there, with these gates held against it; written where that changes what
    /// it says of them.
    core::Json judge_again(std::span<const campaign::Gate> gates) const;

    std::filesystem::path result() const;
    std::filesystem::path journal() const;

 private:
    std::filesystem::path lock() const;
    void clear() const;
    bool resume(const CampaignHeader& header);

    OutputSettings settings_;
    bool made_ = false;
    std::optional<core::FileLock> lock_;
    std::optional<CampaignHeader> header_;
    std::optional<campaign::Ledger> ledger_;
    std::optional<campaign::Journal> journal_;
};

}  // namespace faultline::cli
