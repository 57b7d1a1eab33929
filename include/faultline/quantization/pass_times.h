#pragma once

#include <faultline/network/network.h>
#include <faultline/quantization/image_set.h>

namespace faultline::quantization {

/// Medians, of this machine as it was.
struct PassTimes {
    double before_seconds = 0;  ///< an image
    double after_seconds = 0;   ///< an image
    int passes = 0;             ///< of each network
};

/// How long the reference takes for the set's first batch in two networks: `passes` of each, in
/// turn, so that whatever else the machine does strikes both alike.
PassTimes pass_times(const network::Network& before, const network::Network& after,
                     const ImageSet& set, int passes);

}  // namespace faultline::quantization
