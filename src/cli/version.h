#pragma once

#include <string>

namespace faultline::cli {

std::string version();
/// The commit the program was built from, with "-dirty" when files had changed; "unknown" outside a
/// checkout.
std::string commit();

}  // namespace faultline::cli
