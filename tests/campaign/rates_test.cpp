#include <gtest/gtest.h>

#include <faultline/campaign/plan.h>

#include <cmath>

#include "small_network.h"

namespace faultline::campaign {
namespace {

Settings at_rates(std::vector<double> rates, int runs) {
    Settings settings;
    settings.rates = std::move(rates);
    settings.runs = runs;
    return settings;
}

/// Errors present at each point.
std::vector<double> counts(const Plan& plan, const network::Description& network, int run) {
    std::vector<double> all;
    double sum = 0;
    for (const auto& trial : trials(plan, network, run)) {
        sum += static_cast<double>(trial.added.size());
        all.push_back(sum);
    }
    return all;
}

TEST(Rates, DrawABinomialNumberOfErrors) {
    const auto network = small_network();  // 154 numbers: 4928 bits
    constexpr int runs = 4000;
    const std::vector<double> rates = {1e-4, 1e-3, 2e-2};
    const auto made = plan(at_rates(rates, runs), network);
    for (std::size_t point = 0; point < rates.size(); ++point) {
        double sum = 0, squares = 0, none = 0;
        for (int run = 0; run < runs; ++run) {
            const auto count = counts(made, network, run)[point];
            sum += count;
            squares += count * count;
            none += count == 0;
        }
        const auto mean = 4928 * rates[point], variance = mean * (1 - rates[point]);
        EXPECT_NEAR(sum / runs, mean, 4 * std::sqrt(variance / runs));
        EXPECT_NEAR(squares / runs - sum / runs * sum / runs, variance, 0.1 * variance);
        const auto empty = std::pow(1 - rates[point], 4928);
        EXPECT_NEAR(none / runs, empty, 4 * std::sqrt(empty * (1 - empty) / runs) + 1e-9);
        EXPECT_NEAR(made.points[point].mean_errors, sum / runs, 1e-9);
    }
    EXPECT_EQ(made.points[1].key, "full/float32/rate=0.001");
}

TEST(Rates, PileErrorsUpAndKeepTheirFaults) {
    const auto network = small_network();
    const auto made = plan(at_rates({1e-3, 1e-2}, 5), network);
    Settings counted;
    for (int run = 0; run < 5; ++run) {
        const auto all = trials(made, network, run);
        const auto last = counts(made, network, run).back();
        counted.errors = {static_cast<int>(last)};
        EXPECT_EQ(evaluation::effects(all, 1),
                  evaluation::effects(trials(plan(counted, network), network, run), 0));
    }
}

TEST(Rates, MeetNarrowWordsLessOften) {
    auto network = small_network();
    const auto wide = plan(at_rates({1e-2}, 500), network).points[0].mean_errors;
    for (auto& tensor : network.tensors) tensor.format = number::FixedPoint({8, 4});
    const auto narrow = plan(at_rates({1e-2}, 500), network).points[0].mean_errors;
    EXPECT_NEAR(wide / narrow, 4, 0.3);
}

TEST(Rates, RefuseWhatIsNone) {
    for (const auto& rates :
         std::vector<std::vector<double>>{{0}, {-0.1}, {1}, {0.1, 0.1}, {0.2, 0.1}, {NAN}}) {
        const auto said =
            message_of(core::Fault::usage, [&] { plan(at_rates(rates, 3), small_network()); });
        EXPECT_TRUE(says(said, "rates:")) << said;
    }
}

}  // namespace
}  // namespace faultline::campaign
