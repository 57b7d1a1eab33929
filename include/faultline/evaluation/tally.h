#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace faultline::evaluation {

/// What one trial did to a set of images: counts, never ratios. Tallies of disjoint sets add.
/// masked + benign + sdc1 + nonfinite = images; sdc5 is part of sdc1; critical cuts across.
struct Tally {
    std::int64_t images = 0;
    std::int64_t top1 = 0;       ///< right at rank 1
    std::int64_t top5 = 0;       ///< right within rank 5
    std::int64_t masked = 0;     ///< logits bit-identical to golden
    std::int64_t benign = 0;     ///< finite, logits differ, top-1 class the same
    std::int64_t sdc1 = 0;       ///< finite, top-1 class differs from golden's
    std::int64_t sdc5 = 0;       ///< finite, top-1 class not among golden's top 5
    std::int64_t nonfinite = 0;  ///< any NaN or Inf among the logits; decided first
    std::int64_t critical = 0;   ///< golden right, now wrong or nonfinite

    Tally& operator+=(const Tally& other);
    bool operator==(const Tally&) const = default;
};

inline Tally& Tally::operator+=(const Tally& other) {
    images += other.images;
    top1 += other.top1;
    top5 += other.top5;
    masked += other.masked;
    benign += other.benign;
    sdc1 += other.sdc1;
    sdc5 += other.sdc5;
    nonfinite += other.nonfinite;
    critical += other.critical;
    return *this;
}

/// Compares logits [image][class], row-major, with golden ones of the same shape. Rank rule: right
/// at k iff all logits are finite and the number of classes j != y with x_j > x_y, or x_j = x_y and
/// j < y, is below k. Golden's own order follows the same rule; where golden itself is not finite,
/// no class is its top.
Tally compare(std::span<const float> logits, std::span<const float> golden,
              std::span<const std::int32_t> labels);

/// Of each image, whether it is right at rank 1, by the same rule.
std::vector<bool> right(std::span<const float> logits, std::span<const std::int32_t> labels);

}  // namespace faultline::evaluation
