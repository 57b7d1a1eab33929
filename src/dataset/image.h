#pragma once

#include <faultline/dataset/dataset.h>

#include <opencv2/core/types.hpp>

namespace faultline::dataset {

/// Like prepare, of an image given as planes R, G, B.
Block prepare_planes(std::span<const std::uint8_t> rgb, cv::Size size,
                     const Preprocessing& preprocessing, const std::string& name);

}  // namespace faultline::dataset
