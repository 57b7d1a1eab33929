#include "version.h"

namespace faultline::cli {

std::string version() { return FAULTLINE_VERSION; }
std::string commit() { return FAULTLINE_COMMIT; }

}  // namespace faultline::cli
