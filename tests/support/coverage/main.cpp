// Every interval that results offer, in worlds whose truth is known: how often it holds it, and how
// wide it is. Prints Markdown. simulate_coverage [REPETITIONS]

#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "worlds.h"

namespace faultline::campaign {
namespace {

void print_head(const std::string& title) {
    fmt::print(
        "\n{}\n\n| values | interval | count | coverage | mean width |\n|---|---|---|---|---|\n",
        title);
}

void print(const Coverage& coverage) {
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

}  // namespace
}  // namespace faultline::campaign

int main(int argc, char** argv) {
    const int repetitions = argc > 1 ? std::atoi(argv[1]) : 1000;
    fmt::print("{} repetitions each; nominal coverage 0.95.\n", repetitions);
    faultline::campaign::print_fixed_counts(repetitions);
    faultline::campaign::print_shares(repetitions);
    faultline::campaign::print_images(repetitions);
    faultline::campaign::print_stopped(repetitions);
}
