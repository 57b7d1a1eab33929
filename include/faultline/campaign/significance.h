#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// Tests of "nothing changed" that assume no distribution: accuracies under faults have two humps,
/// and a t test would trust sixty of them too much. All p values are two-sided.
namespace faultline::campaign {

struct Significance {
    double p = 1;
    bool exact = true;  ///< else from random rearrangements: what p would be, or a little more
};

/// Where random rearrangements come from: a function of these two numbers alone.
struct Rearrangements {
    std::uint64_t seed = 0;
    std::uint32_t stream = 0;  ///< which of several tests
};

/// Paired: had nothing changed, each run's difference would as likely have the other sign. The p
/// value of their sum, exact where all signs can be counted.
Significance sign_flip_test(std::span<const std::int64_t> differences,
                            const Rearrangements& random);

/// Unpaired: had nothing changed, every way to share the values out would be as likely. The p value
/// of the difference of means, exact where all ways can be counted. Neither list is empty.
Significance permutation_test(std::span<const std::int64_t> base,
                              std::span<const std::int64_t> changed, const Rearrangements& random);

/// McNemar's test, exact: had nothing changed, each image that became right or wrong would as
/// likely have done the other. 1 where none did.
double mcnemar_test(std::int64_t lost, std::int64_t gained);

/// p values multiplied as Holm (1979) has it: where those of at most `alpha` are taken for real,
/// the chance of any false one is at most `alpha`, however the tests depend on each other.
std::vector<double> holm(std::span<const double> p);

/// The smallest p that so many paired runs, or so many and so many unpaired ones, can come to.
double least_sign_flip_p(std::int64_t runs);
double least_permutation_p(std::int64_t base, std::int64_t changed);

}  // namespace faultline::campaign
