#include "../../src/page/map.h"

#include <gmock/gmock.h>

#include "report/sample.h"

namespace faultline::page {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// input -> conv (stem) -> relu -> two branches (squeeze; pool -> norm) -> cat -> flatten
network::Description branching() {
    auto network = report::sample_network();
    network.nodes = {{0, "input", -1, {3, 8, 8}, false},
                     {1, "aten::_convolution", 0, {4, 8, 8}, false},
                     {2, "aten::relu", -1, {4, 8, 8}, false},
                     {3, "aten::_convolution", 1, {2, 8, 8}, false},
                     {4, "aten::max_pool2d", -1, {4, 8, 8}, false},
                     {5, "aten::batch_norm", 2, {4, 8, 8}, false},
                     {6, "aten::cat", -1, {6, 8, 8}, false},
                     {7, "aten::flatten", -1, {384}, false}};
    network.edges = {{0, 1}, {1, 2}, {2, 3}, {2, 4}, {4, 5}, {3, 6}, {5, 6}, {6, 7}};
    return network;
}

std::vector<Source> sources(campaign::Test test) {
    const auto inputs = report::Sample(report::sample_settings(test), branching()).inputs();
    return {{"result.json", report::result(inputs, std::string(64, '0'))}};
}

TEST(Map, HasLayersPoolsAndJoinsAndBranchesStayBranches) {
    const auto all = sources(campaign::Test::layer);
    const auto maps = make_maps(read(all));
    ASSERT_EQ(maps.size(), 1U);
    std::vector<std::string> labels;
    for (const auto& node : maps[0].nodes) labels.push_back(node.label);
    EXPECT_THAT(labels, ElementsAre("input", "stem", "fire.squeeze", "max pool", "fire.norm",
                                    "concatenate"));
    EXPECT_THAT(maps[0].links, ElementsAre(Link{0, 1}, Link{1, 2}, Link{1, 3}, Link{3, 4},
                                           Link{2, 5}, Link{4, 5}));
}

TEST(Map, LeavesOutWhatOnlyTellsShapes) {
    auto network = branching();
    network.nodes[7] = {7, "aten::size", -1, {}, false};
    network.nodes.push_back({8, "prim::ListConstruct", -1, {}, false});
    network.nodes.push_back({9, "aten::view", -1, {384}, false});
    network.edges = {{0, 1}, {1, 2}, {2, 3}, {2, 4}, {4, 5}, {3, 6},
                     {5, 6}, {3, 7}, {7, 8}, {6, 8}, {6, 9}, {8, 9}};
    const auto inputs =
        report::Sample(report::sample_settings(campaign::Test::layer), network).inputs();
    const std::vector<Source> all = {{"result.json", report::result(inputs, std::string(64, '0'))}};
    EXPECT_EQ(make_maps(read(all)).front().nodes.back().label, "concatenate");
}

TEST(Map, TellsResilienceAsShareOfGolden) {
    const auto all = sources(campaign::Test::layer);
    const auto map = make_maps(read(all)).front();
    const auto& stem = map.nodes[1];
    ASSERT_TRUE(stem.resilience);
    const double mean = all[0].result["points"][0]["statistics"]["top1"]["mean"];
    EXPECT_EQ(stem.resilience->number.value, mean);
    EXPECT_DOUBLE_EQ(stem.resilience->share, mean / 0.8);
}

TEST(Map, HasNoDataWhereNothingTellsLayersApart) {
    const auto all = sources(campaign::Test::full);
    const auto results = read(all);
    const auto map = make_maps(results).front();
    for (const auto& node : map.nodes) EXPECT_FALSE(node.resilience);
    EXPECT_THAT(draw_map(map, results, false).str(), HasSubstr("no data"));
    EXPECT_THAT(draw_map(map, results, false).str(), HasSubstr("role=\"group\""));
    EXPECT_THAT(draw_map(map, results, true).str(), HasSubstr("role=\"img\""));
    EXPECT_THAT(dot(map), HasSubstr("tooltip=\"no data\""));
}

TEST(Map, AsDotQuotesNames) {
    Map map;
    map.nodes = {{.label = "a\"b\\c\n"}, {.label = "d"}};
    map.links = {{0, 1}};
    const auto text = dot(map);
    EXPECT_THAT(text, HasSubstr("n0 [label=\"a\\\"b\\\\c \"]"));
    EXPECT_THAT(text, HasSubstr("n0 -> n1;"));
}

TEST(Layout, KeepsBoxesApartAndLinksBetweenThem) {
    const std::vector<Size> boxes(4, Size{80, 30});
    const auto layout = lay_out(boxes, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
    ASSERT_EQ(layout.centres.size(), 4U);
    EXPECT_LT(layout.centres[0].y, layout.centres[1].y);
    EXPECT_LT(layout.centres[1].y, layout.centres[3].y);
    EXPECT_NEAR(layout.centres[1].y, layout.centres[2].y, 1e-6);
    EXPECT_GE(std::abs(layout.centres[1].x - layout.centres[2].x), 80);
    for (const auto& curve : layout.curves) EXPECT_EQ(curve.size() % 3, 1U);
}

TEST(Layout, OfNothingIsEmpty) { EXPECT_TRUE(lay_out({}, {}).centres.empty()); }

}  // namespace
}  // namespace faultline::page
