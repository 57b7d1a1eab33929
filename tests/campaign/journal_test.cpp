#include <faultline/campaign/journal.h>
#include <faultline/campaign/ledger.h>
#include <faultline/core/files.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "small_network.h"
#include "support/folder.h"

namespace faultline::campaign {
namespace {

Record record(int block, Runs runs, int lost = 0) {
    Record made;
    made.block = block;
    made.runs = runs;
    made.golden = {.images = 8, .top1 = 7, .top5 = 8, .masked = 8};
    made.golden_right = {true, true, true, false, true, true, true, true};
    made.confusion = {{{3, 7}, 2}, {{7, 3}, 1}};
    made.checks = {1, 20, 20};
    made.weights = 0xFEDCBA9876543210U;
    made.seconds = 0.1;
    for (int run = 0; run < runs.count; ++run)
        made.tallies.push_back({{.images = 8, .top1 = 7, .masked = 7, .sdc1 = 1, .critical = lost},
                                {.images = 8, .top1 = 6, .masked = 5, .nonfinite = 3}});
    return made;
}

const core::Json campaign = {{"name", "a \"quoted\" name\n"}, {"seed", 9007199254740993}};
const std::vector<Record> records = {record(0, {0, 2}), record(0, {2, 1}, 1), record(1, {0, 3})};

struct World {
    TemporaryFolder folder;
    std::filesystem::path path = folder.path / journal_file;

    World() {
        auto journal = Journal::begin(path, campaign);
        for (const auto& one : records) journal.append(one);
        journal.sync();
    }
    std::string bytes() const { return core::read_file(path, 1U << 30U); }

    struct Found {
        core::Json campaign;
        std::vector<Record> records;
        Reading reading;
    };
    Found read() const {
        Found found;
        found.reading = read_journal(
            path, [&](const core::Json& json) { found.campaign = json; },
            [&](const Record& one) { found.records.push_back(one); });
        return found;
    }
};

TEST(Journal, GivesBackWhatWasWritten) {
    const World world;
    const auto found = world.read();
    EXPECT_EQ(found.campaign, campaign);
    EXPECT_EQ(found.records, records);
    EXPECT_EQ(found.reading.lines, 4);
    EXPECT_EQ(found.reading.bytes, world.bytes().size());
    EXPECT_FALSE(found.reading.torn);
    EXPECT_EQ(journal_campaign(world.path), campaign);
}

TEST(Journal, CutAnywhereGivesTheLinesBeforeTheCutAndGoesOnFromThere) {
    const World world;
    const auto whole = world.bytes();
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const auto cut = whole.substr(0, size);
        core::write_file(world.path, cut);
        const auto lines = std::count(cut.begin(), cut.end(), '\n');
        const auto found = world.read();
        EXPECT_EQ(found.reading.lines, lines);
        EXPECT_EQ(found.reading.torn, !cut.empty() && !cut.ends_with('\n'));
        EXPECT_TRUE(std::equal(found.records.begin(), found.records.end(), records.begin()));
        if (lines == 0) continue;
        auto journal = Journal::resume(world.path, found.reading);
        for (auto next = static_cast<std::size_t>(lines) - 1; next < records.size(); ++next)
            journal.append(records[next]);
        journal.sync();
        ASSERT_EQ(world.bytes(), whole) << "cut at " << size;
    }
}

TEST(Journal, IsRefusedWithAnyOtherByteInIt) {
    const World world;
    const auto whole = world.bytes();
    for (std::size_t place = 0; place < whole.size(); ++place) {
        auto changed = whole;
        changed[place] = static_cast<char>(changed[place] ^ 4);
        core::write_file(world.path, changed);
        if (place + 1 == whole.size()) {  // the last newline: a line that was never finished
            EXPECT_EQ(world.read().records.size(), 2U);
            continue;
        }
        const auto message = message_of(core::Fault::integrity, [&] { world.read(); });
        EXPECT_TRUE(says(message, "journal.jsonl: line ") && says(message, "damaged"))
            << place << message;
    }
}

TEST(Journal, MissesALineThatWasTakenOutAndNoticesOneThatWasDoubled) {
    const World world;
    const auto whole = world.bytes();
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < whole.size();) {
        const auto end = whole.find('\n', at) + 1;
        lines.push_back(whole.substr(at, end - at));
        at = end;
    }
    core::write_file(world.path, lines[0] + lines[2] + lines[3]);
    EXPECT_TRUE(says(message_of(core::Fault::integrity, [&] { world.read(); }), "line 2"));
    core::write_file(world.path, lines[0] + lines[1] + lines[1]);
    EXPECT_TRUE(says(message_of(core::Fault::integrity, [&] { world.read(); }), "line 3"));
    core::write_file(world.path, lines[1]);
    EXPECT_TRUE(says(message_of(core::Fault::integrity, [&] { world.read(); }), "line 1"));
}

TEST(Journal, RefusesCountsThatCantBe) {
    for (const auto& [key, value] :
         {std::pair("golden", core::Json({8, 7, 8, 8, 0, 0, 0, 1, 0})),
          std::pair("golden", core::Json({8, 7, 8, -8, 16, 0, 0, 0, 0})),
          std::pair("golden", core::Json({8, 7, 8, 8.5, 0, 0, 0, 0, 0})),
          std::pair("golden", core::Json({8, 7})), std::pair("block", core::Json(-1)),
          std::pair("block", core::Json(1e300)), std::pair("runs", core::Json({0, 5'000'000'000})),
          std::pair("weights", core::Json("none")), std::pair("seconds", core::Json(nullptr))}) {
        const World world;
        auto entry = record_json(records[0], 1);
        entry[key] = value;
        core::write_file(world.path,
                         journal_line({{"line", 0}, {"campaign", campaign}}) + journal_line(entry));
        EXPECT_TRUE(says(message_of(core::Fault::integrity, [&] { world.read(); }),
                         "line 2 holds no record"))
            << key << value;
    }
}

TEST(Journal, WithoutALineIsNoneYet) {
    const World world;
    core::write_file(world.path, "");
    EXPECT_EQ(world.read().reading.lines, 0);
    EXPECT_TRUE(says(message_of(core::Fault::input, [&] { journal_campaign(world.path); }),
                     "nothing is in it"));
}

TEST(Ledger, RefusesWhatIsThereAlreadyAndWhatIsNotOfTheCampaign) {
    const Extent extent{1, 2, 3, {2}};
    for (const auto& wrong : {record(0, {1, 2}), record(2, {0, 1}), record(0, {2, 2}),
                              record(0, {-1, 1}), record(1, {0, 0})}) {
        Ledger ledger(extent);
        ledger.add(records[0]);
        EXPECT_NE(message_of(core::Fault::integrity, [&] { ledger.add(wrong); }), "");
    }
    Ledger ledger(extent);
    auto points = record(0, {0, 1});
    points.tallies[0].pop_back();
    EXPECT_NE(message_of(core::Fault::integrity, [&] { ledger.add(points); }), "");
}

TEST(Ledger, RefusesAnotherGoldenOfTheBlockAndOtherWeights) {
    auto golden = record(0, {2, 1});
    golden.golden.top1 = 6;
    auto weights = record(1, {2, 1});
    weights.weights ^= 1;
    for (const auto& wrong : {golden, weights}) {
        Ledger ledger({1, 2, 3, {2}});
        ledger.add(records[0]);
        EXPECT_NE(message_of(core::Fault::integrity, [&] { ledger.add(wrong); }), "");
    }
}

TEST(Ledger, ComesToTheSameInAnyOrder) {
    auto order = records;
    Ledger first({1, 2, 3, {2}});
    for (const auto& one : order) first.add(one);
    while (std::next_permutation(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return std::pair(a.block, a.runs.first) < std::pair(b.block, b.runs.first);
    })) {
        Ledger other({1, 2, 3, {2}});
        for (const auto& one : order) other.add(one);
        EXPECT_EQ(other.outcome(0, {0, 3}).runs, first.outcome(0, {0, 3}).runs);
        EXPECT_EQ(other.checks(), first.checks());
    }
    EXPECT_EQ(first.outcome(0, {0, 3}).golden_before.images, 16);
    EXPECT_EQ(first.coverage().gap({0, 3}), "");
}

}  // namespace
}  // namespace faultline::campaign
