// A journal: as it lies on a disk, or, since no mutation ever meets a SHA-256, as its entries
// alone, which get their hashes here.

#include <faultline/campaign/journal.h>
#include <faultline/campaign/ledger.h>

#include <vector>

#include "fuzz.h"

namespace faultline::fuzz {
namespace {

using campaign::Record;

/// Damage to a journal is a fault of integrity, so accepts() won't do.
template <class Read>
bool reads(Read read) {
    try {
        read();
        return true;
    } catch (const core::Error& error) {
        require(is_one_line(error.what()), "a refusal is one line that a terminal can show");
        return false;
    }
}

/// Entries of one line each as lines of a journal; what is no JSON is left as it is.
std::string hashed(std::string_view entries) {
    std::string journal;
    for (auto end = entries.find('\n'); end != entries.npos; end = entries.find('\n')) {
        const auto line = entries.substr(0, end + 1);
        core::Json entry;
        const bool is_json = reads([&] { entry = core::parse_json(line, "entry"); });
        journal += is_json ? campaign::journal_line(entry) : std::string(line);
        entries.remove_prefix(end + 1);
    }
    return journal + std::string(entries);
}

struct Found {
    core::Json campaign;
    std::vector<Record> records;
    campaign::Reading reading;
};

Found read(const std::string& journal) {
    Found found;
    found.reading = campaign::read_journal(
        journal, "journal.jsonl", [&](const core::Json& json) { found.campaign = json; },
        [&](const Record& record) { found.records.push_back(record); });
    return found;
}

void add_up(const std::vector<Record>& records) {
    campaign::Ledger ledger({2, 3, 8, {1, 2}});
    for (const auto& record : records) ledger.add(record);
}

}  // namespace

bool take(Bytes bytes) {
    const std::string_view given = text(bytes);
    const auto journal = given.starts_with("{\"entry\":") ? std::string(given) : hashed(given);
    Found found;
    if (!reads([&] { found = read(journal); })) return false;
    require(found.reading.bytes <= journal.size(), "lines are no more than the bytes");
    require(found.reading.torn == (found.reading.bytes < journal.size()), "what is torn is told");
    std::int64_t number = 0;
    for (const auto& record : found.records) {
        const auto line = campaign::journal_line(campaign::record_json(record, ++number));
        const auto again = campaign::record_of(campaign::journal_entry(line).value());
        require(again == record, "a record that is written again is the same");
    }
    return found.reading.lines > 0 && reads([&] { add_up(found.records); });
}

}  // namespace faultline::fuzz
