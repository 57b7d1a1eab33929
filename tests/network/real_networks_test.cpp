// The same promises on networks that are too large to ship.

#include <faultline/network/network.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/real_networks.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using tests::real_networks;
using tests::RealNetwork;
using tests::same_bits;

/// First, middle and last weight tensor.
std::vector<int> some_tensors(const network::Network& network) {
    const auto count = static_cast<int>(network.description().tensors.size());
    return {0, count / 2, count - 1};
}

void expect_steps_agree(const network::Network& network, const RealNetwork& real) {
    constexpr std::uint32_t nan = 0x7fc00000, infinity = 0x7f800000, large = 0x60000000;
    const auto batch = tests::images(2, real.size).mul(20);
    const auto golden = network::run(network.program(), batch);
    ASSERT_TRUE(same_bits(network::logits(network.program(), golden), network.forward(batch)))
        << real.path;
    for (const int tensor : some_tensors(network)) {
        for (const auto word : {nan, infinity, large}) {
            const tests::ScopedWord fault(network.weight(tensor), 0, word);
            auto state = golden;
            const auto touched =
                network::touched_steps(network.program(), fault::WeightWord{tensor, 0});
            network::run_steps(network.program(), network::descendants(network.program(), touched),
                               state);
            EXPECT_TRUE(
                same_bits(network::logits(network.program(), state), network.forward(batch)))
                << real.path << " tensor " << tensor << " word " << word;
        }
    }
}

TEST(RealNetworks, ResumeBitForBitWithFaultsThatMakeNaNAndInf) {
    const auto networks = real_networks();
    if (networks.empty())
        GTEST_SKIP() << "no real networks: set FAULTLINE_DATA or FAULTLINE_NETWORKS";
    for (const auto& real : networks) {
        const auto network = tests::load_real(real);
        const auto whole =
            std::count_if(network.program().steps.begin(), network.program().steps.end(),
                          [](const auto& step) { return step.whole; });
        std::printf("%-40s %4zu steps, %zu not cut\n", real.path.filename().c_str(),
                    network.program().steps.size(), static_cast<std::size_t>(whole));
        expect_steps_agree(network, real);
    }
}

TEST(RealNetworks, TracedWithSwitchesOverriddenEqualScripted) {
    int pairs = 0;
    for (const auto& real : real_networks()) {
        auto name = real.path.filename().string();
        const auto place = name.find("_traced");
        if (place == std::string::npos) continue;
        const auto scripted = real.path.parent_path() / name.replace(place, 7, "_scripted");
        if (!fs::exists(scripted)) continue;
        const auto batch = tests::images(2, real.size);
        EXPECT_TRUE(same_bits(tests::load_cpu(real.path).forward(batch),
                              tests::load_cpu(scripted).forward(batch)))
            << real.path;
        ++pairs;
    }
    if (pairs == 0)
        GTEST_SKIP() << "no pairs of NAME_traced.pt and NAME_scripted.pt in FAULTLINE_NETWORKS";
}

}  // namespace
}  // namespace faultline
