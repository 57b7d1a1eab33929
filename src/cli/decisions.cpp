#include "decisions.h"

#include <faultline/campaign/journal.h>
#include <faultline/campaign/protection.h>
#include <faultline/core/error.h>
#include <faultline/evaluation/injection.h>
#include <fmt/format.h>

#include <filesystem>
#include <memory>

namespace faultline::cli {

void survey(campaign::Plan& plan, const network::Network& network) {
    const bool is_protected = campaign::is_protected(plan.settings);
    if (plan.settings.test != campaign::Test::sample && !is_protected) return;
    const auto golden = std::make_shared<evaluation::GoldenWords>(network);
    campaign::StoredWords words;
    for (std::size_t tensor = 0; !is_protected && tensor < plan.in_space.size(); ++tensor)
        words.ones.push_back(plan.in_space[tensor] ? golden->ones(static_cast<int>(tensor))
                                                   : std::vector<std::int64_t>{});
    words.word = [golden](const fault::WeightWord& place) { return golden->word(place); };
    campaign::survey(plan, network.description(), std::move(words));
}

Progressed decide(campaign::Plan& plan, const network::Network& network, int format,
                  const campaign::Ledger& ledger, const Progressed& before) {
    const auto& description = network.description();
    campaign::Runs runs;
    for (const auto& round : campaign::rounds(plan.settings)) {
        if (!ledger.coverage().done(format, round)) return {runs, false};
        runs.count = round.end();
        const bool is_pilot = round == campaign::pilot(plan);
        if (round.end() <= before.runs.end()) continue;
        if (!is_pilot && plan.settings.until_margin == 0) continue;
        const auto outcome = ledger.outcome(format, runs);
        if (is_pilot) campaign::allocate(plan, description, outcome);
        if (campaign::reached(plan, description, outcome)) break;
    }
    return {runs, true};
}

campaign::Ledger read_known(const std::string& folder, const CampaignHeader& header) {
    const auto path = std::filesystem::path(folder) / campaign::journal_file;
    campaign::Ledger ledger(header.extent);
    const auto require_same = [&](const core::Json& json) {
        const auto difference =
            core::first_difference(comparable(header_of(json, path.string())), comparable(header));
        if (difference.empty()) return;
        throw core::Error(core::Fault::usage,
                          fmt::format("known: {} is another campaign's: {}; give the folder that "
                                      "`merge` made of this campaign's shards",
                                      path.string(), difference));
    };
    const auto reading = campaign::read_journal(
        path, require_same, [&](const campaign::Record& record) { ledger.add(record); });
    if (reading.lines > 0) return ledger;
    throw core::Error(core::Fault::usage,
                      fmt::format("known: there is no journal at {}; give the folder that `merge` "
                                  "made of this campaign's shards",
                                  path.string()));
}

}  // namespace faultline::cli
