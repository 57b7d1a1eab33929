// Sizes and offsets as torchvision's Resize and CenterCrop compute them.
#include "geometry.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "header.h"

namespace faultline::dataset {
namespace {

int long_side(int size, int image_long, int image_short) {
    const auto side = std::int64_t{size} * image_long / image_short;
    if (side <= side_limit) return static_cast<int>(side);
    throw core::Error(
        core::Fault::input,
        fmt::format("{}x{} resized to a short side of {} would be {} long; at most {} are allowed",
                    image_long, image_short, size, side, side_limit));
}

cv::Size resized(cv::Size image, const Preprocessing& preprocessing) {
    const int size = preprocessing.resize_size;
    switch (preprocessing.resize) {
        case Resize::none:
            return image;
        case Resize::squash:
            return {size, size};
        case Resize::short_side:
            return image.width <= image.height
                       ? cv::Size(size, long_side(size, image.height, image.width))
                       : cv::Size(long_side(size, image.width, image.height), size);
    }
    return image;
}

/// int(round(margin / 2)) with ties to even, as Python rounds.
int offset(int margin) { return static_cast<int>(std::nearbyint(margin / 2.0)); }

}  // namespace

Geometry geometry(cv::Size image, const Preprocessing& preprocessing) {
    const auto size = resized(image, preprocessing);
    const int crop = preprocessing.crop;
    if (crop == 0) return {size, {0, 0, size.width, size.height}};
    if (std::min(size.width, size.height) < crop) {
        throw core::Error(
            core::Fault::input,
            fmt::format("{}x{} before the crop, smaller than the crop of {}; choose a larger "
                        "resize_size or a smaller crop",
                        size.width, size.height, crop));
    }
    return {size, {offset(size.width - crop), offset(size.height - crop), crop, crop}};
}

}  // namespace faultline::dataset
