#include <faultline/evaluation/confusion.h>
#include <faultline/evaluation/tally.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>

namespace faultline::evaluation {
namespace {

using Scores = std::span<const float>;

bool is_finite(Scores scores) {
    return std::all_of(scores.begin(), scores.end(),
                       [](float score) { return std::isfinite(score); });
}

/// Bits, not values: NaN equals no NaN, and +0 equals -0, but as data they differ.
bool same_bits(Scores left, Scores right) {
    return std::memcmp(left.data(), right.data(), left.size_bytes()) == 0;
}

/// How many classes come before `label`: greater scores, and equal ones with a smaller number.
std::size_t rank(Scores scores, std::size_t label) {
    const float own = scores[label];
    std::size_t before = 0;
    for (std::size_t j = 0; j < scores.size(); ++j) {
        before += scores[j] > own || (scores[j] == own && j < label);
    }
    return before;
}

std::size_t top_class(Scores scores) {
    return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) -
                                    scores.begin());
}

void add_image(Tally& tally, Scores scores, Scores golden, std::size_t label) {
    constexpr std::size_t top = 5;
    const bool golden_finite = is_finite(golden);
    const bool golden_right = golden_finite && rank(golden, label) == 0;
    ++tally.images;
    if (!is_finite(scores)) {
        ++tally.nonfinite;
        tally.critical += golden_right;
        return;
    }
    const auto own_rank = rank(scores, label);
    tally.top1 += own_rank == 0;
    tally.top5 += own_rank < top;
    tally.critical += golden_right && own_rank != 0;
    const auto winner = top_class(scores);
    if (same_bits(scores, golden)) {
        ++tally.masked;
    } else if (golden_finite && winner == top_class(golden)) {
        ++tally.benign;
    } else {
        ++tally.sdc1;
        tally.sdc5 += !golden_finite || rank(golden, winner) >= top;
    }
}

}  // namespace

Tally compare(std::span<const float> logits, std::span<const float> golden,
              std::span<const std::int32_t> labels) {
    assert(logits.size() == golden.size() && !labels.empty() && logits.size() % labels.size() == 0);
    const auto classes = logits.size() / labels.size();
    Tally tally;
    for (std::size_t image = 0; image < labels.size(); ++image) {
        add_image(tally, logits.subspan(image * classes, classes),
                  golden.subspan(image * classes, classes),
                  static_cast<std::size_t>(labels[image]));
    }
    return tally;
}

void add_confusion(Confusion& confusion, std::span<const float> logits,
                   std::span<const float> golden, std::size_t images) {
    const auto classes = logits.size() / images;
    for (std::size_t image = 0; image < images; ++image) {
        const auto own = logits.subspan(image * classes, classes);
        const auto before = golden.subspan(image * classes, classes);
        if (!is_finite(own) || !is_finite(before)) continue;
        const Mistaken pair{static_cast<std::int32_t>(top_class(before)),
                            static_cast<std::int32_t>(top_class(own))};
        if (pair.golden != pair.faulty) ++confusion[pair];
    }
}

}  // namespace faultline::evaluation
