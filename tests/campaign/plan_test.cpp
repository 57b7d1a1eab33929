#include <gtest/gtest.h>

#include <faultline/campaign/plan.h>
#include <set>

#include "small_network.h"

namespace faultline::campaign {
namespace {

using network::Role;

std::string refusal(const Settings& settings,
                    const network::Description& network = small_network()) {
    return message_of(core::Fault::usage, [&] { plan(settings, network); });
}

TEST(Space, HoldsEveryParameterByDefault) {
    const auto network = small_network();
    const auto all = space({}, network);
    EXPECT_EQ(all.element_count(), static_cast<std::uint64_t>(network.parameter_count()));
    EXPECT_EQ(all.site_count(), all.element_count() * 32);
}

TEST(Space, IsTheSumOfItsLayers) {
    const auto network = small_network();
    for (const auto& roles : std::vector<std::vector<std::string>>{
             {"weight"}, {"bias"}, {"weight", "bias", "scale", "shift"}}) {
        Settings settings;
        settings.roles = roles;
        std::uint64_t sum = 0;
        for (int layer = 0; layer < 3; ++layer) {
            sum += space(settings, network, layer).element_count();
        }
        EXPECT_EQ(sum, space(settings, network).element_count());
    }
}

TEST(Space, LeavesBuffersOutUnlessAsked) {
    const auto network =
        network_of({{"norm", {{Role::scale, {3}}, {Role::shift, {3}}, {Role::buffer, {6}}}}});
    Settings settings;
    EXPECT_EQ(space(settings, network).element_count(), 6U);
    settings.roles.emplace_back("buffer");
    EXPECT_EQ(space(settings, network).element_count(), 12U);
}

TEST(Space, FollowsTheNamePattern) {
    Settings settings;
    settings.tensors = "block.*.weight";
    const auto extents = space(settings, small_network()).extents();
    ASSERT_EQ(extents.size(), 2U);
    EXPECT_EQ(extents[0], (fault::Extent{0, 8, 32}));
    EXPECT_EQ(extents[1], (fault::Extent{2, 28, 32}));
}

TEST(Plan, SaysWhichTensorsAreInTheSpace) {
    Settings settings;
    settings.roles = {"bias"};
    settings.tensors = "block*";
    const auto made = plan(settings, small_network());
    EXPECT_EQ(made.in_space, (std::vector{false, true, false, true, false, false}));
    EXPECT_EQ(made.exposed_bits, 8U * 32U);
}

TEST(Plan, RefusesARoleThatDoesNotExistAndNamesTheNearest) {
    Settings settings;
    settings.roles = {"wieght"};
    const auto message = refusal(settings);
    EXPECT_TRUE(says(message, "'wieght'") && says(message, "did you mean 'weight'")) << message;
}

TEST(Plan, RefusesBuffersThatWereNotReadAndSaysHowToReadThem) {
    Settings settings;
    settings.roles = {"weight", "buffer"};
    EXPECT_TRUE(says(refusal(settings), "--buffers"));
}

TEST(Plan, NamesTheRolesThereAreWhenNoneIsChosen) {
    Settings settings;
    settings.roles = {"scale"};
    const auto message = refusal(settings);
    EXPECT_TRUE(says(message, "[scale]") && says(message, "[bias, weight]")) << message;
}

TEST(Plan, NamesTheFirstTensorsWhenThePatternMatchesNone) {
    Settings settings;
    settings.tensors = "features.*";
    const auto message = refusal(settings);
    EXPECT_TRUE(says(message, "'features.*'") && says(message, "block.first.weight")) << message;
    EXPECT_TRUE(says(message, "(6 in all)")) << message;
}

TEST(Plan, RefusesALayerPatternThatItsTestDoesNotRead) {
    for (const auto test : {campaign::Test::full, campaign::Test::indexed}) {
        Settings settings;
        settings.test = test;
        settings.layers = "classify";
        EXPECT_TRUE(says(refusal(settings), "tensors"));
    }
}

TEST(Plan, RefusesErrorsWiderThanAWord) {
    Settings settings;
    settings.bits_per_error = 33;
    EXPECT_TRUE(says(refusal(settings), "1 to 32"));
}

TEST(Plan, GivesTheSameTrialsForTheSameRunAndOthersForAnother) {
    for (const auto test : {campaign::Test::full, campaign::Test::indexed, campaign::Test::layer}) {
        Settings settings;
        settings.test = test;
        settings.positions = 20;
        const auto network = small_network();
        const auto made = plan(settings, network);
        EXPECT_EQ(trials(made, network, 3), trials(made, network, 3));
        EXPECT_NE(trials(made, network, 3), trials(made, network, 4));
        settings.seed = 2;
        EXPECT_NE(trials(made, network, 3), trials(plan(settings, network), network, 3));
    }
}

TEST(Plan, GivesEveryPointATrialWithItsErrors) {
    for (const auto test : {campaign::Test::full, campaign::Test::indexed, campaign::Test::layer}) {
        Settings settings;
        settings.test = test;
        settings.bits_per_error = 2;
        const auto network = small_network();
        const auto made = plan(settings, network);
        const auto all = trials(made, network, 0);
        ASSERT_EQ(all.size(), made.points.size());
        for (std::size_t place = 0; place < all.size(); ++place) {
            const auto effects = evaluation::effects(all, static_cast<std::int32_t>(place));
            EXPECT_EQ(std::ssize(effects), made.points[place].errors) << made.points[place].key;
        }
    }
}

TEST(Plan, GivesEveryPointAKeyOfItsOwn) {
    for (const auto test : {campaign::Test::full, campaign::Test::indexed, campaign::Test::layer}) {
        Settings settings;
        settings.test = test;
        std::set<std::string> keys;
        const auto made = plan(settings, small_network());
        for (const auto& point : made.points) keys.insert(point.key);
        EXPECT_EQ(keys.size(), made.points.size());
    }
}

TEST(Assumptions, NameTheRolesAndWhatATestTakesForGranted) {
    Settings settings;
    settings.roles = {"weight"};
    settings.test = campaign::Test::layer;
    std::string all;
    for (const auto& line : assumptions(plan(settings, small_network()))) all += line + "\n";
    EXPECT_TRUE(says(all, "hit: weight.")) << all;
    EXPECT_TRUE(says(all, "int(its size / the smallest layer's size)")) << all;
    EXPECT_FALSE(says(all, "replacement")) << all;
    settings.replacement = true;
    settings.policy = Policy::equal;
    all.clear();
    for (const auto& line : assumptions(plan(settings, small_network()))) all += line + "\n";
    EXPECT_TRUE(says(all, "with replacement") && says(all, "50 errors")) << all;
}

TEST(Limitations, SayWhatSixtyRunsCannotExclude) {
    std::string all;
    for (const auto& line : limitations(plan({}, small_network()), 60)) all += line + "\n";
    EXPECT_TRUE(says(all, "0.0596")) << all;
}

}  // namespace
}  // namespace faultline::campaign
