#include <faultline/core/error.h>
#include <faultline/core/hash.h>
#include <faultline/page/page.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "report/sample.h"

namespace faultline::page {
namespace {

using core::Json;
using testing::HasSubstr;
using testing::Not;

constexpr std::array every_test = {campaign::Test::full, campaign::Test::indexed,
                                   campaign::Test::layer, campaign::Test::sample};

Source sample_source(const report::Inputs& inputs) {
    const auto faults = report::faults_csv(inputs);
    return {"results/net/result.json", report::result(inputs, core::sha256(faults)), faults};
}

Source sample_source(campaign::Test test) {
    return sample_source(report::Sample(report::sample_settings(test)).inputs());
}

Source source_of(network::Description network, campaign::Test test) {
    return sample_source(
        report::Sample(report::sample_settings(test), std::move(network)).inputs());
}

std::string unescaped(std::string text) {
    constexpr std::array<std::pair<const char*, const char*>, 4> entities = {
        {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}}};
    for (const auto& [from, to] : entities)
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
            text.replace(at, std::strlen(from), to);
    return text;
}

/// The value of an attribute of the tag that begins at `tag`.
std::string attribute(const std::string& html, std::size_t tag, const std::string& name) {
    const auto end = html.find('>', tag);
    const auto begin = html.find(" " + name + "=\"", tag);
    if (begin == std::string::npos || begin > end) return {};
    const auto from = begin + name.size() + 3;
    return unescaped(html.substr(from, html.find('"', from) - from));
}

/// The number at `path` of the entry with that key: a sample test's point and its total stratum
/// have one key, but nothing else in common.
const Json* number_at(const Json& result, const std::string& key, std::string path) {
    std::replace(path.begin(), path.end(), '.', '/');
    const Json::json_pointer pointer("/" + path);
    for (const auto* section : {"points", "groups", "strata", "guideline"})
        for (const auto& entry : result[section])
            if (entry["key"] == key && entry.contains(pointer)) return &entry[pointer];
    return nullptr;
}

/// How many numbers the page has; each is compared with the result.
std::size_t expect_numbers(const std::string& html, const Json& result) {
    std::size_t count = 0;
    for (auto at = html.find(" data-value=\""); at != std::string::npos;
         at = html.find(" data-value=\"", at + 1), ++count) {
        const auto tag = html.rfind('<', at);
        const auto key = attribute(html, tag, "data-key"), path = attribute(html, tag, "data-path");
        const auto* found = number_at(result, key, path);
        if (found == nullptr) {
            ADD_FAILURE() << "no number " << key << " " << path;
            continue;
        }
        EXPECT_EQ(std::stod(attribute(html, tag, "data-value")), found->get<double>())
            << key << " " << path;
    }
    return count;
}

/// Elements are closed in the order in which they were opened.
void expect_balanced(const std::string& markup) {
    std::vector<std::string> open;
    for (auto at = markup.find('<'); at != std::string::npos; at = markup.find('<', at + 1)) {
        const auto end = markup.find_first_of(" >", at);
        const auto name = markup.substr(at + 1, end - at - 1);
        if (name.starts_with("!") || name == "meta") continue;
        if (!name.starts_with("/")) {
            open.push_back(name);
            if (name == "script" || name == "style") at = markup.find("</" + name, at) - 1;
            continue;
        }
        ASSERT_FALSE(open.empty()) << name;
        ASSERT_EQ("/" + open.back(), name) << markup.substr(at > 80 ? at - 80 : 0, 120);
        open.pop_back();
    }
    EXPECT_TRUE(open.empty());
}

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

TEST(Page, HasNoNumberButTheResults) {
    for (const auto test : every_test) {
        const auto source = sample_source(test);
        const auto page = html({source});
        EXPECT_GT(expect_numbers(page, source.result), 20U) << campaign::name(test);
        expect_balanced(page);
    }
}

TEST(Page, ShowsEachTestsFigure) {
    EXPECT_THAT(html({sample_source(campaign::Test::full)}), HasSubstr("id=\"figure-errors\""));
    EXPECT_THAT(html({sample_source(campaign::Test::indexed)}),
                HasSubstr("id=\"figure-bits-0-float32\""));
    const auto layers = html({sample_source(campaign::Test::layer)});
    EXPECT_THAT(layers, HasSubstr("id=\"figure-layers-0-float32\""));
    EXPECT_THAT(layers, HasSubstr("id=\"figure-groups-0-float32\""));
    const auto strata = html({sample_source(campaign::Test::sample)});
    EXPECT_THAT(strata, HasSubstr("id=\"figure-directions-0-float32\""));
    EXPECT_THAT(strata, HasSubstr("id=\"figure-heat-0-float32\""));
    EXPECT_THAT(strata, HasSubstr("no data"));
}

TEST(Page, LaysResultsAndFormatsSideBySide) {
    auto fixed = report::two_formats(report::sample_settings(campaign::Test::full));
    const auto page = html({sample_source(campaign::Test::full), sample_source(fixed)});
    for (const auto* label : {"A", "B float32", "B fixed8"})
        EXPECT_THAT(page, HasSubstr(std::string("<strong>") + label + " </strong>"));
    EXPECT_THAT(page, HasSubstr("Mean top-1 at the same points, full test"));
    EXPECT_THAT(html({sample_source(campaign::Test::full)}), Not(HasSubstr("Side by side")));
}

TEST(Page, LoadsNothingAndRunsNoScriptButItsOwn) {
    const auto page = html({sample_source(campaign::Test::layer)});
    EXPECT_EQ(occurrences(page, "<script"), 1U);
    for (const auto* loading :
         {"src=", "@import", "url(http", "<link", "<img", "<iframe", "style=\""})
        EXPECT_THAT(page, Not(HasSubstr(loading)));
    const auto begin = page.find("<script>") + 8;
    const auto script = page.substr(begin, page.find("</script>") - begin);
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page, HasSubstr("script-src 'sha256-" + core::sha256_base64(script) + "'"));
}

TEST(Page, TakesNamesForTextWhateverTheyHold) {
    auto network = report::sample_network();
    network.layers[0].name = "</script><script>window.hacked=1</script>";
    network.layers[1].name = "\"><img src=x onerror=window.hacked=1>";
    network.layers[2].name = "a'b & c &amp;";
    network.layers[1].group = network.layers[2].group = "<b>\"group\"</b>";
    for (const auto test : every_test) {
        auto source = source_of(network, test);
        source.file = "<i>\xff\xfe'\".json";
        const auto page = html({source});
        EXPECT_EQ(occurrences(page, "<script"), 1U);
        EXPECT_THAT(page, Not(HasSubstr("<img")));
        EXPECT_THAT(page, Not(HasSubstr("<i>")));
        EXPECT_THAT(page, HasSubstr("&lt;i&gt;\xEF\xBF\xBD"));
        expect_balanced(page);
        expect_numbers(page, source.result);
        for (const auto& drawn : {map_svg({source}), layers_csv({source}), map_dot({source})})
            EXPECT_FALSE(drawn.empty());
        EXPECT_THAT(map_svg({source}), Not(HasSubstr("<img")));
    }
}

TEST(Page, ShortensNamesOfTenThousandLetters) {
    auto network = report::sample_network();
    network.layers[0].name = std::string(10'000, 'x');
    const auto page = html({source_of(network, campaign::Test::layer)});
    expect_balanced(page);
    EXPECT_LT(page.size(), 2'000'000U);
}

TEST(Page, OfAnEmptyCampaignSaysSo) {
    for (const auto test : every_test) {
        auto source = sample_source(test);
        for (const auto* section : {"points", "groups", "strata", "runs", "guideline"})
            source.result[section] = Json::array();
        source.result["status"] = {{"complete", false}, {"runs_done", 0}, {"runs_planned", 3}};
        const auto page = html({source});
        EXPECT_THAT(page, HasSubstr("Nothing was measured."));
        EXPECT_THAT(page, HasSubstr("0 of 3 runs are done"));
        expect_balanced(page);
    }
}

TEST(Page, ShowsASingleRun) {
    for (const auto test : every_test) {
        auto settings = report::sample_settings(test);
        settings.runs = 1;
        const auto source = sample_source(report::Sample(settings).inputs());
        const auto page = html({source});
        expect_balanced(page);
        expect_numbers(page, source.result);
    }
}

TEST(Page, ShowsNetworksThatYieldNoNumberAtAll) {
    report::Sample sample(report::sample_settings(campaign::Test::layer));
    for (auto& run : sample.outcome.runs)
        for (auto& tally : run.tallies)
            tally = {.images = 50,
                     .top1 = 0,
                     .top5 = 0,
                     .masked = 0,
                     .benign = 0,
                     .sdc1 = 0,
                     .sdc5 = 0,
                     .nonfinite = 50,
                     .critical = 40};
    sample.summary = campaign::summarize(sample.plan, sample.network, sample.outcome);
    const auto source = sample_source(sample.inputs());
    const auto page = html({source});
    expect_balanced(page);
    expect_numbers(page, source.result);
    EXPECT_THAT(page, HasSubstr("falls from 0.8000 without faults to "));
}

TEST(Page, ShowsAThousandLayers) {
    auto network = report::sample_network();
    network.layers.clear();
    network.tensors.clear();
    network.nodes = {{0, "input", -1, {3, 8, 8}, false}};
    network.edges.clear();
    for (int i = 0; i < 1000; ++i) {
        network.layers.push_back({fmt::format("block{}.conv", i), "", "convolution", 10, {i}});
        network.tensors.push_back(
            {fmt::format("block{}.conv.weight", i), i, network::Role::weight, {4, 4}});
        network.nodes.push_back({i + 1, "aten::_convolution", i, {4, 8, 8}, false});
        network.edges.push_back({i, i + 1});
    }
    const auto source = source_of(network, campaign::Test::layer);
    const auto page = html({source});
    expect_balanced(page);
    EXPECT_EQ(occurrences(page, "href=\"#layer-0-"), 1000U);
    EXPECT_THAT(page, HasSubstr("id=\"layer-0-999\""));
}

TEST(Page, HasADashWhereTheResultHasNothing) {
    auto source = sample_source(campaign::Test::layer);
    source.result["points"][0]["statistics"]["top1"].erase("sd");
    source.result["points"][0]["statistics"]["drop_per_error"] = nullptr;
    const auto page = html({source});
    EXPECT_GT(occurrences(page, "<span class=\"none\">–</span>"), 1U);
    expect_numbers(page, source.result);
}

TEST(Page, RefusesWhatIsNoResultNamingFileAndKey) {
    const auto complaint = [](const std::function<void(Json&)>& spoil) {
        auto source = sample_source(campaign::Test::layer);
        spoil(source.result);
        try {
            html({source});
        } catch (const core::Error& error) {
            EXPECT_EQ(error.fault(), core::Fault::input);
            return std::string(error.what());
        }
        return std::string("none");
    };
    EXPECT_THAT(complaint([](Json& result) { result["schema_version"] = "6"; }),
                HasSubstr("schema_version is 6, but this program reads 4 and 5"));
    EXPECT_THAT(complaint([](Json& result) { result["kind"] = "comparison"; }),
                HasSubstr("kind is comparison"));
    EXPECT_THAT(complaint([](Json& result) { result = Json::array(); }), HasSubstr("result.json"));
    EXPECT_THAT(complaint([](Json& result) { result.erase("runs"); }),
                HasSubstr("runs is missing"));
    EXPECT_THAT(complaint([](Json& result) { result["points"][1]["errors"] = "many"; }),
                HasSubstr("points[1].errors is string"));
}

/// Each value of a result in turn is gone, another type, or absurd: there is a page, or one line
/// that names the file.
TEST(Page, OfASpoiltResultIsAPageOrOneClearLine) {
    for (const auto test : {campaign::Test::layer, campaign::Test::sample, campaign::Test::full}) {
        const auto sound = sample_source(test);
        int refused = 0, made = 0;
        const auto flat = sound.result.flatten();
        for (const auto& [path, value] : flat.items()) {
            if (path.starts_with("/runs/1") || path.starts_with("/runs/2")) continue;
            for (const auto& spoilt : {Json(), Json("x"), Json(-1), Json(1e300), Json::array()}) {
                auto source = sound;
                source.result[Json::json_pointer(path)] = spoilt;
                try {
                    expect_balanced(html({source}));
                    ++made;
                } catch (const core::Error& error) {
                    EXPECT_EQ(error.fault(), core::Fault::input) << path;
                    EXPECT_THAT(error.what(), HasSubstr("results/net/result.json")) << path;
                    ++refused;
                }
            }
        }
        EXPECT_GT(refused, 100);
        EXPECT_GT(made, 100);
    }
}

TEST(Page, ReadsResultsOfThePreviousSchema) {
    auto source = sample_source(campaign::Test::sample);
    source.result["schema_version"] = "4";
    source.result.erase("guideline");
    EXPECT_THAT(html({source}), Not(HasSubstr("What to protect")));
}

TEST(Page, TellsWhatBecameOfAProtectedMemorysWords) {
    auto settings = report::sample_settings(campaign::Test::full);
    settings.protect = "tmr:bits=30";
    const auto source = sample_source(report::Sample(settings).inputs());
    const auto page = html({source, sample_source(campaign::Test::full)});
    EXPECT_THAT(page, HasSubstr("data-path=\"hit_words.corrected\""));
    EXPECT_THAT(page, HasSubstr(">tmr:bits=30<"));
    expect_balanced(page);
}

TEST(Page, TellsTheWorstTrialsFaults) {
    const auto page = html({sample_source(campaign::Test::indexed)});
    EXPECT_THAT(page, HasSubstr("faultline replay results/net/result.json --run 0 --point "
                                "indexed/float32/bit=30"));
    EXPECT_THAT(page, HasSubstr("bits 0x40000000: 1 → inf"));
    auto alone = sample_source(campaign::Test::indexed);
    alone.faults.reset();
    EXPECT_THAT(html({alone}), HasSubstr("the fault list isn't beside the result"));
}

TEST(LayersCsv, HasALineForEachLayer) {
    const auto table =
        layers_csv({sample_source(campaign::Test::layer), sample_source(campaign::Test::sample)});
    EXPECT_EQ(occurrences(table, "\n"), 1U + 2U * 3U);
    EXPECT_THAT(table,
                HasSubstr("results/net/result.json,float32,0.8,stem,,convolution,6912,112,28,3,"));
}

}  // namespace
}  // namespace faultline::page
