#pragma once

#include <faultline/quantization/image_set.h>

#include "common.h"
#include "other_images.h"
#include "session.h"

namespace faultline::cli {

/// A network that is to be changed by what its activations are on calibration images, and the
/// images that it is judged on.
struct CalibratedSession {
    Session session;  ///< with the calibration images where no others are given
    dataset::Dataset calibration;

    quantization::ImageSet calibration_set() const;
    quantization::ImageSet judged_set() const;
};

/// Opens both from `common`'s settings: without --images the calibration images take their place.
/// Throws as open_session.
CalibratedSession open_calibrated(Common& common, const OtherImages& calibrate,
                                  network::Network network);

}  // namespace faultline::cli
