#pragma once

#include <faultline/dataset/settings.h>

#include <opencv2/core/types.hpp>

namespace faultline::dataset {

/// Where the prepared image lies: `crop` is a rectangle of the image resized to `resized`.
struct Geometry {
    cv::Size resized;
    cv::Rect crop;
};

/// Throws Error(input) with the bare reason when the resized image is smaller than the crop
/// (torchvision would pad it with black), or larger than the cap on a side.
Geometry geometry(cv::Size image, const Preprocessing& preprocessing);

}  // namespace faultline::dataset
