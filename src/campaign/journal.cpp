#include <faultline/campaign/journal.h>
#include <faultline/core/bitmap.h>
#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <fmt/format.h>

#include <utility>

namespace faultline::campaign {
namespace {

namespace fs = std::filesystem;
using evaluation::Tally;

constexpr std::string_view head = R"({"entry":)", middle = R"(,"sha256":")", tail = "\"}\n";
constexpr std::size_t hash_digits = 64;
constexpr std::uint64_t line_limit_bytes = std::uint64_t{1} << 30U;

core::Json tally_json(const Tally& tally) {
    return {tally.images, tally.top1, tally.top5,      tally.masked,  tally.benign,
            tally.sdc1,   tally.sdc5, tally.nonfinite, tally.critical};
}

/// Far above what anybody could measure, and sums of many stay in 64 bits.
constexpr std::int64_t most = std::int64_t{1} << 48U;

std::int64_t count_of(const core::Json& json) {
    const bool whole = json.is_number_integer() && json >= 0 && json <= most;
    if (!whole)
        throw core::Error(core::Fault::integrity, fmt::format("{} is no count", json.dump()));
    return json.get<std::int64_t>();
}

Tally tally_of(const core::Json& json) {
    const auto at = [&](std::size_t place) { return count_of(json.at(place)); };
    const Tally tally{at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8)};
    if (tally.masked + tally.benign + tally.sdc1 + tally.nonfinite != tally.images)
        throw core::Error(core::Fault::integrity,
                          fmt::format("outcomes of {} don't add up to its images", json.dump()));
    return tally;
}

std::vector<Tally> tallies_of(const core::Json& json) {
    std::vector<Tally> tallies;
    for (const auto& tally : json) tallies.push_back(tally_of(tally));
    return tallies;
}

/// What reads a journal line by line.
class Reader {
 public:
    Reader(const std::string& source, const std::function<void(const core::Json&)>& first,
           const std::function<void(const Record&)>& record)
        : source_(source), first_(first), record_(record) {}

    void line(std::string_view bytes) {
        const auto entry = entry_of(bytes);
        if (reading_.lines == 0) {
            reading_.campaign = entry;
            first_(reading_.campaign);
        } else {
            record_(parsed(entry));
        }
        ++reading_.lines;
        reading_.bytes += bytes.size();
    }

    Reading reading() && { return std::move(reading_); }

    [[noreturn]] void refuse(const std::string& what) const {
        throw core::Error(core::Fault::integrity,
                          fmt::format("{}: line {} {}; the journal is damaged: restore it from a "
                                      "copy, or start anew with --force",
                                      source_, reading_.lines + 1, what));
    }

 private:
    /// Of the first line, what it says of the campaign.
    core::Json entry_of(std::string_view bytes) const {
        std::optional<core::Json> entry;
        try {
            entry = journal_entry(bytes);
            if (!entry) refuse("isn't what was written: hash and bytes disagree");
            if (const auto& line = entry->at("line"); line != reading_.lines)
                refuse(fmt::format("says that it is line {}", line.dump()));
            return reading_.lines == 0 ? entry->at("campaign") : *entry;
        } catch (const core::Json::exception& error) {
            refuse(fmt::format("isn't a line of a journal ({})", error.what()));
        }
    }

    Record parsed(const core::Json& entry) const {
        try {
            return record_of(entry);
        } catch (const std::exception& error) {
            refuse(fmt::format("holds no record ({})", error.what()));
        }
    }

    const std::string& source_;
    const std::function<void(const core::Json&)>& first_;
    const std::function<void(const Record&)>& record_;
    Reading reading_;
};

}  // namespace

int int_of(const core::Json& json) {
    const auto count = count_of(json);
    if (!std::in_range<int>(count))
        throw core::Error(core::Fault::integrity, fmt::format("{} is too large", json.dump()));
    return static_cast<int>(count);
}

namespace {

core::Json confusion_json(const evaluation::Confusion& confusion) {
    auto json = core::Json::array();
    for (const auto& [pair, count] : confusion) json.push_back({pair.golden, pair.faulty, count});
    return json;
}

evaluation::Confusion confusion_of(const core::Json& json) {
    evaluation::Confusion confusion;
    for (const auto& entry : json)
        confusion[{int_of(entry.at(0)), int_of(entry.at(1))}] += count_of(entry.at(2));
    return confusion;
}

}  // namespace

std::string journal_line(const core::Json& entry) {
    const auto text = entry.dump(-1, ' ', false, core::Json::error_handler_t::replace);
    return fmt::format("{}{}{}{}{}", head, text, middle, core::sha256(text), tail);
}

std::optional<core::Json> journal_entry(std::string_view line) {
    const auto ending = middle.size() + hash_digits + tail.size();
    if (line.size() < head.size() + ending || !line.starts_with(head) || !line.ends_with(tail))
        return {};
    const auto text = line.substr(head.size(), line.size() - head.size() - ending);
    const auto rest = line.substr(head.size() + text.size());
    if (!rest.starts_with(middle) || rest.substr(middle.size(), hash_digits) != core::sha256(text))
        return {};
    return core::parse_json(text, "journal");
}

core::Json record_json(const Record& record, std::int64_t number) {
    auto runs = core::Json::array();
    for (const auto& run : record.tallies) {
        auto& points = runs.emplace_back(core::Json::array());
        for (const auto& tally : run) points.push_back(tally_json(tally));
    }
    const auto& checks = record.checks;
    return {{"line", number},
            {"format", record.format},
            {"block", record.block},
            {"runs", {record.runs.first, record.runs.count}},
            {"golden", tally_json(record.golden)},
            {"golden_right", core::to_hex(record.golden_right)},
            {"tallies", std::move(runs)},
            {"confusion", confusion_json(record.confusion)},
            {"checks", {checks.trials_checked, checks.words_read_back, checks.words_restored}},
            {"weights", fmt::format("{:016x}", record.weights)},
            {"seconds", record.seconds}};
}

Record record_of(const core::Json& entry) {
    Record record;
    record.format = int_of(entry.at("format"));
    record.block = int_of(entry.at("block"));
    record.runs = {int_of(entry.at("runs").at(0)), int_of(entry.at("runs").at(1))};
    record.golden = tally_of(entry.at("golden"));
    record.golden_right = core::bits_of(entry.at("golden_right").get<std::string>(),
                                        static_cast<std::size_t>(record.golden.images));
    for (const auto& run : entry.at("tallies")) record.tallies.push_back(tallies_of(run));
    record.confusion = confusion_of(entry.at("confusion"));
    const auto& checks = entry.at("checks");
    record.checks = {count_of(checks.at(0)), count_of(checks.at(1)), count_of(checks.at(2))};
    record.weights = std::stoull(entry.at("weights").get<std::string>(), nullptr, 16);
    record.seconds = entry.at("seconds").get<double>();
    return record;
}

Reading read_journal(const fs::path& path,
                     const std::function<void(const core::Json& campaign)>& first,
                     const std::function<void(const Record&)>& record) {
    const auto source = path.string();
    Reader reader(source, first, record);
    const bool torn = !core::read_lines(path, line_limit_bytes,
                                        [&](std::string_view line) { reader.line(line); });
    auto reading = std::move(reader).reading();
    reading.torn = torn;
    return reading;
}

Reading read_journal(std::string_view bytes, const std::string& source,
                     const std::function<void(const core::Json& campaign)>& first,
                     const std::function<void(const Record&)>& record) {
    Reader reader(source, first, record);
    for (auto end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
        reader.line(bytes.substr(0, end + 1));
        bytes.remove_prefix(end + 1);
    }
    auto reading = std::move(reader).reading();
    reading.torn = !bytes.empty();
    return reading;
}

core::Json journal_campaign(const fs::path& path) {
    struct Found {
        core::Json campaign;
    };
    try {
        read_journal(
            path, [](const core::Json& campaign) { throw Found{campaign}; }, [](auto&) {});
    } catch (const Found& found) {
        return found.campaign;
    }
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: nothing is in it; was the shard ever begun?", path.string()));
}

Journal::Journal(core::AppendFile file, std::int64_t lines)
    : file_(std::move(file)), lines_(lines) {}

Journal Journal::begin(const fs::path& path, const core::Json& campaign) {
    Journal journal(core::AppendFile(path, 0), 0);
    journal.file_.append(journal_line({{"line", 0}, {"campaign", campaign}}));
    journal.sync();
    journal.lines_ = 1;
    return journal;
}

Journal Journal::resume(const fs::path& path, const Reading& reading) {
    return {core::AppendFile(path, reading.bytes), reading.lines};
}

void Journal::append(const Record& record) {
    file_.append(journal_line(record_json(record, lines_)));
    ++lines_;
}

}  // namespace faultline::campaign
