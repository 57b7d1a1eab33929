#include <faultline/fault/location.h>

namespace faultline::fault {

Effect effect(const Error& error) {
    Effect effect{.location = error.location};
    switch (error.kind) {
        case Kind::toggle:
            effect.toggle = error.mask;
            break;
    }
    return effect;
}

}  // namespace faultline::fault
