#include "calibrated_session.h"

#include "image_cache.h"
#include "interrupt.h"

namespace faultline::cli {

quantization::ImageSet CalibratedSession::calibration_set() const {
    return {calibration, session.batch, session.threads, stop_if_interrupted};
}

quantization::ImageSet CalibratedSession::judged_set() const {
    return {session.images, session.batch, session.threads, stop_if_interrupted};
}

CalibratedSession open_calibrated(Common& common, const OtherImages& calibrate,
                                  network::Network network) {
    auto& settings = common.settings;
    const auto calibration_images = settings_of(calibrate, settings.dataset);
    if (settings.dataset.images.empty()) settings.dataset = calibration_images;
    auto session = open_session(settings, std::move(network), common.progress);
    auto calibration = dataset::open(calibration_images);
    use_image_cache(calibration, settings.cache, session.threads, common.progress);
    return {std::move(session), std::move(calibration)};
}

}  // namespace faultline::cli
