#include <gtest/gtest.h>

#include <faultline/campaign/execute.h>

#include "small_network.h"

namespace faultline::campaign {
namespace {

using evaluation::Tally;
using evaluation::Trial;

/// As if each effect spoilt one of ten images.
std::vector<Tally> measure(std::span<const Trial> trials) {
    std::vector<Trial> all(trials.begin(), trials.end());
    std::vector<Tally> tallies;
    for (std::int32_t place = 0; place < std::ssize(all); ++place) {
        const auto spoilt = std::min<std::int64_t>(10, std::ssize(evaluation::effects(all, place)));
        tallies.push_back({.images = 10,
                           .top1 = 10 - spoilt,
                           .top5 = 10,
                           .masked = 10 - spoilt,
                           .sdc1 = spoilt,
                           .critical = spoilt});
    }
    return tallies;
}

Plan small_plan(const network::Description& network) {
    Settings settings;
    settings.runs = 4;
    settings.errors = {0, 2, 5};
    return plan(settings, network);
}

/// A campaign on made-up measurements, and what was asked and kept.
struct World {
    network::Description network = small_network();
    Plan plan = small_plan(network);
    int block_count = 1;
    double record_seconds = 1e9;
    double seconds_per_trial = 0;
    Runs runs{0, 4};
    Ledger ledger;
    std::function<void(std::vector<Tally>&)> spoil = [](auto&) {};

    std::vector<std::vector<Trial>> asked = {};
    std::vector<Record> kept = {};

    explicit World(int blocks = 1) : block_count(blocks), ledger({1, blocks, 4, {3}}) {}

    void execute() {
        double now = 0;
        int left = 0;
        campaign::execute(
            {plan, network, 0, runs, 0.5, record_seconds},
            {[&](std::optional<int>) { left = block_count; }, [&] { return left-- > 0; },
             [&](const BlockTrials& block) {
                 const auto trials = block.trials;
                 asked.emplace_back(trials.begin(), trials.end());
                 auto tallies = measure(trials);
                 spoil(tallies);
                 now += seconds_per_trial * static_cast<double>(trials.size());
                 const auto checked = std::ssize(block.checked);
                 return Measured{tallies, {checked, 2, 2}, 77, {}};
             },
             [&](const Record& record) { kept.push_back(record); }, [&] { return now; }},
            ledger);
    }
    Outcome outcome() {
        execute();
        return ledger.outcome(0, runs);
    }
};

TEST(Execute, MeasuresEveryPointOfEveryRunBetweenTwoGoldens) {
    World world;
    const auto outcome = world.outcome();
    EXPECT_EQ(outcome.golden_before.top1, 10);
    EXPECT_EQ(outcome.golden_after, outcome.golden_before);
    ASSERT_EQ(outcome.runs.size(), 4U);
    for (int run = 0; run < 4; ++run) {
        const auto& record = outcome.runs[static_cast<std::size_t>(run)];
        EXPECT_EQ(record.run, run);
        ASSERT_EQ(record.tallies.size(), 3U);
        EXPECT_EQ(record.tallies[0].top1, 10);
        EXPECT_EQ(record.tallies[1].top1, 8);  // so the parents were shifted with their run
        EXPECT_EQ(record.tallies[2].top1, 5);
    }
}

TEST(Execute, AddsTheTalliesOfAllBlocks) {
    World one, three(3);
    const auto once = one.outcome(), thrice = three.outcome();
    auto sum = once.runs[2].tallies[1];
    sum += once.runs[2].tallies[1];
    sum += once.runs[2].tallies[1];
    EXPECT_EQ(thrice.runs[2].tallies[1], sum);
    EXPECT_EQ(thrice.golden_before.images, 30);
}

/// Everything a record says but how long it took, run by run.
std::vector<Record> by_run(const std::vector<Record>& records) {
    std::vector<Record> single;
    for (const auto& record : records) {
        for (int k = 0; k < record.runs.count; ++k) {
            auto& one = single.emplace_back();
            one.block = record.block;
            one.runs = {record.runs.first + k, 1};
            one.golden = record.golden;
            one.tallies = {record.tallies[static_cast<std::size_t>(k)]};
        }
    }
    return single;
}

TEST(Execute, RecordsSayTheSameHoweverManyRunsTheyHave) {
    World whole(2), single(2), paced(2);
    whole.execute();
    single.record_seconds = 0;
    single.execute();
    paced.seconds_per_trial = 1;
    paced.record_seconds = 12;  // two runs of three points between two goldens
    paced.execute();
    EXPECT_EQ(single.kept.size(), 8U);
    EXPECT_EQ(whole.kept.size(), 3U);  // one run first, to know how long it takes
    ASSERT_EQ(paced.kept.size(), 5U);
    EXPECT_EQ(paced.kept[1].runs, (Runs{1, 2}));
    EXPECT_EQ(by_run(whole.kept), by_run(single.kept));
    EXPECT_EQ(by_run(paced.kept), by_run(single.kept));
    EXPECT_EQ(whole.ledger.outcome(0, whole.runs).runs, single.ledger.outcome(0, whole.runs).runs);
    EXPECT_EQ(whole.ledger.checks().trials_checked, single.ledger.checks().trials_checked);
    EXPECT_GT(whole.ledger.checks().trials_checked, 0);
}

TEST(Execute, MeasuresOnlyWhatTheLedgerLacks) {
    World whole(2), rest(2);
    whole.record_seconds = rest.record_seconds = 0;
    whole.execute();
    for (const std::size_t there : {0U, 2U, 3U, 6U}) rest.ledger.add(whole.kept[there]);
    rest.execute();
    EXPECT_EQ(rest.kept.size(), 4U);
    EXPECT_EQ(rest.ledger.outcome(0, rest.runs).runs, whole.ledger.outcome(0, whole.runs).runs);
    World shard(2);
    shard.runs = {1, 2};
    shard.execute();
    EXPECT_EQ(by_run(shard.kept)[0], by_run(whole.kept)[1]);
    EXPECT_EQ(shard.ledger.coverage().gap(shard.runs), "");
    EXPECT_EQ(shard.ledger.coverage().gap({0, 4}), "format 0, block 0: runs 0 to 0");
}

TEST(Execute, AsksForGoldenThenRunsThenGolden) {
    World world;
    world.record_seconds = 0;
    world.execute();
    ASSERT_EQ(world.asked.size(), 4U);
    for (const auto& trials : world.asked) {
        EXPECT_EQ(trials.size(), 3U + 2U);
        EXPECT_EQ(trials.front(), Trial{});
        EXPECT_EQ(trials.back(), Trial{});
    }
}

void lose_a_masked_image(Tally& tally) { tally.masked -= 1, tally.benign += 1; }

TEST(Execute, RefusesAGoldenThatIsNotItselfFromFirstToLastAndRecordsNothing) {
    using Tallies = std::vector<Tally>;
    for (const auto spoil :
         {+[](Tallies& tallies) { lose_a_masked_image(tallies.back()); },
          +[](Tallies& tallies) { tallies.back().top5 -= 1; },
          +[](Tallies& tallies) {  // equal counts, but neither is the golden it was compared with
              lose_a_masked_image(tallies.front());
              lose_a_masked_image(tallies.back());
          }}) {
        World world;
        world.spoil = spoil;
        const auto message = message_of(core::Fault::integrity, [&] { world.execute(); });
        EXPECT_TRUE(says(message, "golden")) << message;
        EXPECT_TRUE(world.kept.empty());
    }
}

TEST(Execute, AcceptsImagesOnWhichGoldenItselfIsNotFinite) {
    World world;
    world.spoil = [](std::vector<Tally>& tallies) {
        for (auto& tally : tallies) {
            tally.masked -= tally.masked > 0 ? 1 : 0;
            tally.nonfinite += 1;
        }
    };
    EXPECT_EQ(world.outcome().golden_before.nonfinite, 1);
}

TEST(Execute, RefusesAListOfTalliesOfAnotherLength) {
    World world;
    world.spoil = [](std::vector<Tally>& tallies) { tallies.pop_back(); };
    const auto message = message_of(core::Fault::integrity, [&] { world.execute(); });
    EXPECT_TRUE(says(message, "5") && says(message, "4")) << message;
}

TEST(Execute, RefusesFewerBlocksThanPlanned) {
    World world(3);
    world.block_count = 2;
    EXPECT_NE(message_of(core::Fault::integrity, [&] { world.execute(); })
                  .find("3 blocks of images were planned, but there are 2"),
              std::string::npos);
}

}  // namespace
}  // namespace faultline::campaign
