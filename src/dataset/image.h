#pragma once

#include <faultline/dataset/dataset.h>

#include <opencv2/core/types.hpp>

namespace faultline::dataset {

/// Like prepare, of an image given as planes R, G, B.
Block prepare_planes(std::span<const std::uint8_t> rgb, cv::Size size,
                     const Preprocessing& preprocessing, const std::string& name);

/// The numbers that shape the pixels, as text; not those that apply to them afterwards.
std::string shape_of_pixels(const Preprocessing& preprocessing);

}  // namespace faultline::dataset
