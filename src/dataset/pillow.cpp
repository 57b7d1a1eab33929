// Pillow's antialiased bilinear resize (libImaging/Resample.c) in its own integers: a triangle
// filter as wide as the shrink factor, coefficients rounded to 22 bits after the point, one pass
// along the rows, rounded to bytes, then one along the columns (since Pillow 13, at times the other
// way round). Only what the crop keeps is computed.
#include "pillow.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace faultline::dataset {
namespace {

constexpr int channel_count = 3;
constexpr int precision_bits = 32 - 8 - 2;
constexpr std::int32_t half = 1 << (precision_bits - 1);

/// The source pixels of one output pixel and their weights.
struct Tap {
    int first = 0;
    std::vector<std::int32_t> weights;
};

std::int32_t fixed_point(double weight) {
    return static_cast<std::int32_t>(0.5 + weight * (1 << precision_bits));
}

Tap tap(int place, int source_size, double scale) {
    const double width = std::max(scale, 1.0);  // the filter's support; bilinear reaches 1 each way
    const double center = (place + 0.5) * scale;
    const int first = std::max(static_cast<int>(center - width + 0.5), 0);
    const int end = std::min(static_cast<int>(center + width + 0.5), source_size);
    std::vector<double> weights;
    double sum = 0;
    for (int k = 0; k < end - first; ++k) {
        const double distance = std::abs((k + first - center + 0.5) * (1.0 / width));
        weights.push_back(distance < 1.0 ? 1.0 - distance : 0.0);
        sum += weights.back();
    }
    Tap result{first, {}};
    for (const double weight : weights) {
        result.weights.push_back(fixed_point(sum != 0 ? weight / sum : weight));
    }
    return result;
}

/// Taps of output pixels [first, first + count) of an axis of `size` pixels.
std::vector<Tap> taps(int first, int count, int size, int source_size) {
    const double scale = static_cast<double>(source_size) / size;
    std::vector<Tap> result;
    for (int k = 0; k < count; ++k) result.push_back(tap(first + k, source_size, scale));
    return result;
}

std::uint8_t byte(std::int32_t sum) {
    return static_cast<std::uint8_t>(std::clamp(sum >> precision_bits, 0, 255));
}

void filter_row(const std::uint8_t* source, const std::vector<Tap>& columns, std::uint8_t* result) {
    for (const auto& column : columns) {
        std::int32_t sums[channel_count] = {half, half, half};
        const auto* pixel = source + channel_count * column.first;
        for (const auto weight : column.weights) {
            for (int c = 0; c < channel_count; ++c) sums[c] += *pixel++ * weight;
        }
        for (const auto sum : sums) *result++ = byte(sum);
    }
}

cv::Mat filter_along_rows(const cv::Mat& image, const std::vector<Tap>& columns) {
    cv::Mat result(image.rows, static_cast<int>(columns.size()), CV_8UC3);
    for (int y = 0; y < image.rows; ++y) filter_row(image.ptr(y), columns, result.ptr(y));
    return result;
}

cv::Mat filter_along_columns(const cv::Mat& image, const std::vector<Tap>& rows) {
    cv::Mat result(static_cast<int>(rows.size()), image.cols, CV_8UC3);
    const auto width = static_cast<std::size_t>(image.cols) * channel_count;
    std::vector<std::int32_t> sums(width);
    int y = 0;
    for (const auto& row : rows) {
        std::ranges::fill(sums, half);
        int source_row = row.first;
        for (const auto weight : row.weights) {
            const auto* source = image.ptr(source_row++);
            for (std::size_t x = 0; x < width; ++x) sums[x] += source[x] * weight;
        }
        std::ranges::transform(sums, result.ptr(y++), byte);
    }
    return result;
}

/// Pillow skips the pass along an axis that keeps its length; so do we, so that the rounding
/// agrees.
std::vector<Tap> identity(int first, int count) {
    std::vector<Tap> result;
    for (int k = 0; k < count; ++k) result.push_back({first + k, {1 << precision_bits}});
    return result;
}

std::vector<Tap> axis(int first, int count, int size, int source_size) {
    return size == source_size ? identity(first, count) : taps(first, count, size, source_size);
}

/// The source pixels that the taps read.
cv::Range reach(const std::vector<Tap>& taps) {
    return {taps.front().first, taps.back().first + static_cast<int>(taps.back().weights.size())};
}

/// The same taps for a source that starts at pixel `start`.
std::vector<Tap> shifted(std::vector<Tap> taps, int start) {
    for (auto& tap : taps) tap.first -= start;
    return taps;
}

}  // namespace

FirstPass first_pass_of_pillow_13(cv::Size from, cv::Size to) {
    const int lost_height = from.height - to.height;
    const bool columns = lost_height > 0 && lost_height > 2 * (from.width - to.width);
    return columns ? FirstPass::along_columns : FirstPass::along_rows;
}

cv::Mat resize_pillow(const cv::Mat& image, cv::Size size, cv::Rect window, FirstPass first) {
    const auto columns = axis(window.x, window.width, size.width, image.cols);
    const auto rows = axis(window.y, window.height, size.height, image.rows);
    if (first == FirstPass::along_rows) {
        const auto read = reach(rows);
        return filter_along_columns(filter_along_rows(image.rowRange(read), columns),
                                    shifted(rows, read.start));
    }
    const auto read = reach(columns);
    return filter_along_rows(filter_along_columns(image.colRange(read), rows),
                             shifted(columns, read.start));
}

}  // namespace faultline::dataset
