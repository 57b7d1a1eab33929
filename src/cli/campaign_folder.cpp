#include "campaign_folder.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <faultline/report/gates.h>
#include <fmt/format.h>

#include "stored_result.h"

namespace faultline::cli {
namespace fs = std::filesystem;

CampaignFolder::CampaignFolder(const OutputSettings& settings) : settings_(settings) {
    if (settings.output.empty()) {
        throw core::Error(core::Fault::usage, "--output: give a folder for the result");
    }
    std::error_code ignored;
    made_ = !fs::exists(settings.output, ignored);
    core::require_writable_folder(settings.output);
    lock_.emplace(lock());
    if (settings.force || fs::exists(journal()) || !fs::exists(result())) return;
    throw core::Error(
        core::Fault::usage,
        fmt::format("{} is there already; give another --output, or --force to overwrite it",
                    result().string()));
}

CampaignFolder::~CampaignFolder() {
    if (!made_ || journal_) return;
    std::error_code ignored;
    fs::remove(lock(), ignored);
    fs::remove(settings_.output, ignored);  // which removes no folder that holds files
}

fs::path CampaignFolder::result() const { return fs::path(settings_.output) / report::result_file; }

fs::path CampaignFolder::journal() const {
    return fs::path(settings_.output) / campaign::journal_file;
}

fs::path CampaignFolder::lock() const { return journal().string() + ".lock"; }

void CampaignFolder::open(const CampaignHeader& header) {
    if (!settings_.force && fs::exists(journal()) && resume(header)) return;
    header_ = header;
    ledger_.emplace(header.extent);
    journal_ = campaign::Journal::begin(journal(), header_json(header));
}

/// False when the journal was torn before it said anything.
bool CampaignFolder::resume(const CampaignHeader& header) {
    const auto name = journal().string();
    const auto require_same = [&](const core::Json& json) {
        header_ = header_of(json, name);
        auto was = comparable(*header_), now = comparable(header);
        was["shard"] = {header_->shard.index, header_->shard.count};
        now["shard"] = {header.shard.index, header.shard.count};
        const auto difference = core::first_difference(was, now);
        if (difference.empty()) return;
        throw core::Error(core::Fault::usage,
                          fmt::format("{}: begun as another campaign: {}; give another --output, "
                                      "or --force to start anew here",
                                      name, difference));
    };
    ledger_.emplace(header.extent);
    const auto reading = campaign::read_journal(
        journal(), require_same, [&](const campaign::Record& record) { ledger_->add(record); });
    if (reading.lines == 0) return false;
    journal_ = campaign::Journal::resume(journal(), reading);
    return true;
}

void CampaignFolder::make(const CampaignHeader& header,
                          const std::function<void(campaign::Journal&, campaign::Ledger&)>& fill) {
    if (fs::exists(journal()) && !settings_.force) {
        throw core::Error(core::Fault::usage,
                          fmt::format("{} is there already; give another --output, or --force to "
                                      "overwrite it",
                                      journal().string()));
    }
    const fs::path half = journal().string() + ".new";
    try {
        auto made = campaign::Journal::begin(half, header_json(header));
        ledger_.emplace(header.extent);
        fill(made, *ledger_);
        made.sync();
        core::replace_file(half, journal());
        clear();  // what lies there is another journal's
        header_ = header;
        journal_ = std::move(made);
    } catch (...) {
        std::error_code ignored;
        fs::remove(half, ignored);
        throw;
    }
}

void CampaignFolder::keep(const campaign::Record& record) {
    journal_->append(record);
    journal_->sync();
}

bool CampaignFolder::holds_result_of(const std::string& campaign_sha256) const {
    if (!fs::exists(result())) return false;
    if (settings_.csv && !fs::exists(fs::path(settings_.output) / report::points_file))
        return false;
    const auto json = read_result(result());
    return json.value(core::Json::json_pointer("/identity/campaign_sha256"), "") == campaign_sha256;
}

void CampaignFolder::clear() const {
    for (const auto file : {report::result_file, report::faults_file, report::points_file}) {
        std::error_code ignored;
        fs::remove(fs::path(settings_.output) / file, ignored);
    }
}

core::Json CampaignFolder::write(const report::Inputs& inputs) const {
    const fs::path folder = settings_.output;
    const auto faults = report::faults_csv(inputs);
    auto json = report::result(inputs, core::sha256(faults));
    const auto text = core::to_text(json);
    clear();  // an older result's files would pass for this one's
    try {
        core::write_file(folder / report::faults_file, faults);
        if (settings_.csv) {
            core::write_file(folder / report::points_file, report::points_csv(inputs));
        }
        core::write_file(result(), text);
    } catch (...) {
        clear();
        throw;
    }
    return json;
}

core::Json CampaignFolder::judge_again(std::span<const campaign::Gate> gates) const {
    auto json = read_result(result());
    auto verdicts = report::verdicts_json(report::judge(gates, json));
    if (json.value("gates", core::Json::array()) == verdicts) return json;
    json["gates"] = std::move(verdicts);
    core::write_file(result(), core::to_text(json));
    return json;
}

}  // namespace faultline::cli
