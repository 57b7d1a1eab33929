#pragma once

#include <faultline/campaign/significance.h>
#include <faultline/core/random.h>
#include <functional>

namespace faultline::campaign {

/// 64 random bits after another.
class Words {
 public:
    explicit Words(const Rearrangements& random) : counter_{random.seed, 0, random.stream, 0, 0} {}

    std::uint64_t next() {
        if (left_ == 0) {
            words_ = core::random_words(counter_);
            left_ = 2;
            // A test needs more draws than one counter holds.
            if (++counter_.draw == 0) ++counter_.run;
        }
        return words_[--left_];
    }

 private:
    core::Counter counter_;
    std::array<std::uint64_t, 2> words_{};
    std::size_t left_ = 0;
};

/// What counting all rearrangements may cost in steps; beyond, random ones are taken.
inline constexpr double most_steps = 2e7;

/// p from random rearrangements, of which `is_extreme` tries the next one: (extreme + 1) / (tried +
/// 1), so never 0. Besag and Clifford (Biometrika 1991): stopped once enough were extreme, since a
/// large p needn't be known well; then extreme / tried.
double sampled_p(const std::function<bool()>& is_extreme);

}  // namespace faultline::campaign
