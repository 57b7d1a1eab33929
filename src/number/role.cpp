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
        case Role::integer:
            return "integer";
        case Role::fraction:
            return "fraction";
    }
    assert(false);
    return "";
}

}  // namespace faultline::number
