#include <faultline/number/role.h>

#include <cassert>

namespace faultline::number {

std::string name(Role role) {
    switch (role) {
        case Role::mantissa:
            return "mantissa";
        case Role::exponent:
            return "exponent";
        case Role::sign:
            return "sign";
    }
    assert(false);
    return "";
}

}  // namespace faultline::number
