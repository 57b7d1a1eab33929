#pragma once

#include <string>
#include <vector>

#include "session.h"

namespace faultline::cli {

/// Something that must hold for a campaign's numbers to be right, looked at on this machine.
struct Check {
    std::string name;
    bool pass = false;
    std::string detail;  ///< what was seen
};

/// On the session's network, device and first batch of images. A check that throws
/// core::Error(integrity) has failed; the others go on. The weights are golden afterwards.
std::vector<Check> selftest(const Session& session);

}  // namespace faultline::cli
