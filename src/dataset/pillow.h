#pragma once

#include <opencv2/core/mat.hpp>

namespace faultline::dataset {

/// Which pass comes first, and is rounded to bytes before the other.
enum class FirstPass { along_rows, along_columns };

/// What Pillow 13 does: along the columns when the height loses more than twice as many pixels as
/// the width. Earlier versions always go along the rows.
FirstPass first_pass_of_pillow_13(cv::Size from, cv::Size to);

/// The pixels of `window` in `image` (8 bits, 3 channels) resized to `size`, as Pillow's BILINEAR
/// makes them, bit for bit. A side that keeps its length keeps its values.
cv::Mat resize_pillow(const cv::Mat& image, cv::Size size, cv::Rect window, FirstPass first);

}  // namespace faultline::dataset
