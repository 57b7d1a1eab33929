// Every interval that results offer, in worlds whose truth is known: how often it holds it, and how
// wide it is. Prints Markdown.
//
//   simulate_coverage [REPETITIONS]
//   simulate_coverage REPETITIONS FILE IMAGES RUNSxIMAGES...
//
// The second way draws runs again from FILE's: on how many of IMAGES each was right, a line each.

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "sample_world.h"
#include "worlds.h"

namespace faultline::campaign {
namespace {

void print_head(const std::string& title) {
    fmt::print(
        "\n{}\n\n| values | interval | count | coverage | mean width |\n|---|---|---|---|---|\n",
        title);
}

void print(const Held& coverage) {
    fmt::print("| {} | {} | {:.4g} | {:.3f} | {:.4f} |\n", coverage.world, coverage.method,
               coverage.count, coverage.share, coverage.mean_width);
}

void print_fixed_counts(int repetitions) {
    print_head(
        "**A number of values fixed beforehand.** betting-sequence: held at every count up to it.");
    auto worlds = run_worlds();
    for (const int images : {10, 50}) worlds.push_back(fresh_images(images));
    worlds.push_back(weighted_strata_without_guess());
    worlds.push_back(weighted_strata());
    for (const auto& world : worlds)
        for (const int count : {5, 20, 60, 500})
            for (const auto& method : {betting(), sequence(), student()})
                print(simulate(world, method, count, repetitions));
}

void print_samples(int repetitions) {
    print_head("**The sample test, from draws to intervals** (values: its trials).");
    for (const auto sampling : {Sampling::plain, Sampling::stratified}) {
        for (const bool allocate : {false, true}) {
            for (const int runs : {200, 1000}) {
                const auto found = simulate_sample({sampling, allocate, runs}, repetitions);
                print(found.total);
                print(found.top_bit);
            }
        }
    }
}

void print_shares(int repetitions) {
    print_head("**Shares.**");
    for (const double share : {0.005, 0.03, 0.1, 0.5})
        for (const int count : {5, 20, 60, 500})
            print(simulate(ones(share), exact_share(), count, repetitions));
}

void print_images(int repetitions) {
    print_head("**Drop, over the choice of images.**");
    for (const auto& world : {changed_images(0.0005, 0), changed_images(0.002, 0.001),
                              changed_images(0.02, 0.005), changed_images(0.3, 0.01)})
        for (const int count : {60, 500, 2000})
            for (const auto& method : {normal_image(), image_score()})
                print(simulate(world, method, count, repetitions));
}

void print_stopped(int repetitions) {
    print_head(
        "**Stopped when narrow enough** (half the width at most 0.05, a look after every 10, at "
        "most 500).");
    const Stop stop{.half_width = 0.05, .step = 10, .most = 500};
    for (const auto& world : run_worlds())
        for (const auto& method : {sequence(), betting(), student()})
            print(simulate(world, method, stop, repetitions));
}

/// "60x2000"
struct RunsAndImages {
    int runs = 0;
    std::int64_t images = 0;
};

RunsAndImages split(const std::string& text) {
    const auto cross = text.find('x');
    return {std::stoi(text.substr(0, cross)), std::stoll(text.substr(cross + 1))};
}

void print_drawn_again(int repetitions, const std::vector<std::string>& words) {
    std::ifstream file(words.at(0));
    const std::vector<std::int64_t> right{std::istream_iterator<std::int64_t>(file), {}};
    if (right.empty()) throw std::runtime_error(words.at(0) + ": no runs there");
    const auto all = std::stoll(words.at(1));
    print_head(fmt::format("**{} runs drawn again.**", right.size()));
    for (std::size_t place = 2; place < words.size(); ++place) {
        const auto [runs, images] = split(words[place]);
        print(simulate(drawn_again(right, all, images), betting(), runs, repetitions));
    }
}

}  // namespace
}  // namespace faultline::campaign

int main(int argc, char** argv) {
    using namespace faultline::campaign;
    const std::vector<std::string> words(argv + 1, argv + argc);
    const int repetitions = words.empty() ? 1000 : std::stoi(words.front());
    fmt::print("{} repetitions each; nominal coverage 0.95.\n", repetitions);
    if (words.size() > 3) {
        print_drawn_again(repetitions, {words.begin() + 1, words.end()});
        return 0;
    }
    print_fixed_counts(repetitions);
    print_samples(repetitions);
    print_shares(repetitions);
    print_images(repetitions);
    print_stopped(repetitions);
}
