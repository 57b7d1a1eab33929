// Faults strike the words that a network's formats store, not the floats that LibTorch computes
// with.

#include <faultline/core/error.h>
#include <faultline/evaluation/injection.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <set>
#include <stdexcept>

#include "small_campaign.h"

namespace faultline {
namespace {

using evaluation::GoldenWords;
using evaluation::Injection;

constexpr std::array models = {"fixed8", "fixed_mixed"};

const network::WeightTensor& tensor_of(const network::Network& network, int tensor) {
    return network.description().tensors[static_cast<std::size_t>(tensor)];
}

float value(const network::Network& network, int tensor, std::int64_t element) {
    return network.weight(tensor).flatten()[element].item<float>();
}

std::uint32_t pattern(const network::Network& network, int tensor, std::int64_t element) {
    return std::bit_cast<std::uint32_t>(value(network, tensor, element));
}

int tensor_count(const network::Network& network) {
    return static_cast<int>(network.description().tensors.size());
}

/// Of the fixed-point tensors, each with its format.
template <class Look>
void for_fixed_tensors(const network::Network& network, Look look) {
    for (int tensor = 0; tensor < tensor_count(network); ++tensor) {
        const auto* format = std::get_if<number::FixedPoint>(&tensor_of(network, tensor).format);
        if (format != nullptr) look(tensor, *format);
    }
}

TEST(StoredWords, OfTheTestModelsHaveSeveralWidthsAndBothEncodings) {
    std::set<std::pair<int, number::Encoding>> kinds;
    for (const auto* model : models)
        for_fixed_tensors(tests::load_model(model, 8), [&](int, const number::FixedPoint& format) {
            kinds.emplace(format.bit_count(), format.encoding());
        });
    EXPECT_EQ(kinds.size(), 3U);
    EXPECT_TRUE(kinds.contains({6, number::Encoding::sign_magnitude}));
}

TEST(StoredWords, LoseExactlyTheBitThatIsStruck) {
    for (const auto* model : models) {
        const auto network = tests::load_model(model, 8);
        for_fixed_tensors(network, [&](int tensor, const number::FixedPoint& format) {
            const auto count = tensor_of(network, tensor).element_count();
            for (std::int64_t element = 0; element < count; element += 1 + count / 5) {
                for (int bit = 0; bit < format.bit_count(); ++bit) {
                    const auto before = format.encode(value(network, tensor, element));
                    const auto after = before ^ (1U << bit);
                    const Injection injection(network,
                                              std::vector{tests::flip(tensor, element, bit)});
                    EXPECT_EQ(injection.changes().at(0), (evaluation::WordChange{before, after}));
                    EXPECT_EQ(pattern(network, tensor, element),
                              std::bit_cast<std::uint32_t>(format.decode(after)));
                    EXPECT_EQ(format.encode(value(network, tensor, element)), after);
                }
            }
        });
    }
}

TEST(StoredWords, ThatAreNotStruckStayAsTheyAre) {
    const auto network = tests::load_model("fixed_mixed", 8);
    for_fixed_tensors(network, [&](int tensor, const number::FixedPoint& format) {
        const auto golden = network.weight(tensor).clone();
        const Injection injection(network,
                                  std::vector{tests::flip(tensor, 3, format.bit_count() - 1)});
        const auto differs = network.weight(tensor).view(at::kInt).ne(golden.view(at::kInt));
        EXPECT_EQ(differs.sum().item<std::int64_t>(), 1);
        EXPECT_TRUE(differs.flatten()[3].item<bool>());
    });
}

TEST(StoredWords, OfFloat32InAQuantisedNetworkAreItsPatterns) {
    const auto network = tests::load_model("fixed_mixed", 8);
    int seen = 0;
    for (int tensor = 0; tensor < tensor_count(network); ++tensor) {
        if (!std::holds_alternative<number::Float32>(tensor_of(network, tensor).format)) continue;
        const auto before = pattern(network, tensor, 1);
        const Injection injection(network, std::vector{tests::flip(tensor, 1, 30)});
        EXPECT_EQ(injection.changes().at(0).before, before);
        EXPECT_EQ(pattern(network, tensor, 1), before ^ 1U << 30U);
        ++seen;
    }
    EXPECT_EQ(seen, 2);
}

/// In sign-magnitude the sign of a zero is a bit like any other.
TEST(StoredWords, OfSignMagnitudeHaveTwoZeros) {
    const auto network = tests::load_model("fixed_mixed", 8);
    int zeros = 0;
    for_fixed_tensors(network, [&](int tensor, const number::FixedPoint& format) {
        if (format.encoding() != number::Encoding::sign_magnitude) return;
        const auto sign = format.bit_count() - 1;
        for (std::int64_t i = 0; i < tensor_of(network, tensor).element_count(); ++i) {
            if (value(network, tensor, i) != 0) continue;
            const auto before = pattern(network, tensor, i);
            Injection injection(network, std::vector{tests::flip(tensor, i, sign)});
            EXPECT_EQ(pattern(network, tensor, i), before ^ 1U << 31U);
            injection.restore();
            EXPECT_EQ(pattern(network, tensor, i), before);
            ++zeros;
        }
    });
    EXPECT_GT(zeros, 1);
}

std::vector<fault::Effect> many_effects(const network::Network& network) {
    const tests::Fitted fitted{network};
    std::vector<fault::Effect> effects;
    for (int tensor = 0; tensor < tensor_count(network); ++tensor) {
        const auto last = tensor_of(network, tensor).element_count() - 1;
        effects.push_back(fitted.flip(tensor, last, 30));
        effects.push_back(fitted.set(tensor, last / 2, 0x7f800001U));
        effects.push_back(fitted.flip(tensor, last, tensor));
        effects.push_back(fitted.flip(tensor, last, 30));
    }
    return effects;
}

TEST(StoredWords, AreRestoredBitByBit) {
    for (const auto* model : models) {
        const auto network = tests::load_model(model, 8);
        const auto golden = network.weights_sha256();
        Injection injection(network, many_effects(network));
        EXPECT_NE(network.weights_sha256(), golden);
        injection.restore();
        EXPECT_EQ(network.weights_sha256(), golden);
    }
}

TEST(StoredWords, AreRestoredWhenTheScopeIsLeftByAnException) {
    const auto network = tests::load_model("fixed_mixed", 8);
    const auto golden = network.weights_sha256();
    EXPECT_THROW(
        {
            const Injection injection(network, many_effects(network));
            throw std::runtime_error("in the middle");
        },
        std::runtime_error);
    EXPECT_EQ(network.weights_sha256(), golden);
}

TEST(StoredWords, AreSeenByALaterScopeAsAnEarlierOneLeftThem) {
    const auto network = tests::load_model("fixed8", 8);
    const auto golden = network.weights_sha256();
    {
        const Injection outer(network, std::vector{tests::flip(0, 4, 7)});
        const Injection inner(network, std::vector{tests::flip(0, 4, 2)});
        EXPECT_EQ(inner.changes().at(0).before, outer.changes().at(0).after);
        EXPECT_EQ(inner.changes().at(0).after, outer.changes().at(0).before ^ 0b10000100U);
    }
    EXPECT_EQ(network.weights_sha256(), golden);
}

TEST(StoredWords, ArePredictedWithoutStriking) {
    for (const auto* model : models) {
        const auto network = tests::load_model(model, 8);
        const auto golden = network.weights_sha256();
        const auto effects = many_effects(network);
        const auto predicted = GoldenWords(network).predict(effects);
        EXPECT_EQ(network.weights_sha256(), golden);
        EXPECT_EQ(predicted, Injection(network, effects).changes());
    }
}

/// Both ways to the words refuse, the network stays as it is.
void expect_refused(const network::Network& network, int tensor) {
    const auto before = network.weights_sha256();
    const std::vector effects = {tests::flip(1, 0, 0), tests::flip(tensor, 3, 0)};
    for (const bool predict : {false, true}) {
        try {
            if (predict) {
                GoldenWords(network).predict(effects);
            } else {
                const Injection injection(network, effects);
            }
            ADD_FAILURE() << "nothing was noticed";
        } catch (const core::Error& error) {
            EXPECT_EQ(error.fault(), core::Fault::integrity);
            EXPECT_THAT(error.what(), testing::HasSubstr("classify.weight holds"));
            EXPECT_THAT(error.what(), testing::HasSubstr("isn't a number of fixed8:f"));
        }
    }
    EXPECT_EQ(network.weights_sha256(), before);
}

TEST(StoredWords, ThatNoFormatHasAreRefused) {
    const auto network = tests::load_model("fixed8", 8);
    constexpr int classify = 2;
    for (const auto word : {0x3e99999aU /* 0.3 */, 0x7fc00000U /* NaN */, 0x7f800000U /* Inf */,
                            0x80000000U /* -0 */}) {
        const tests::ScopedWord changed(network.weight(classify), 3, word);
        expect_refused(network, classify);
    }
}

}  // namespace
}  // namespace faultline
