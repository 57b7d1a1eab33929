#include <faultline/fault/location.h>
#include <cassert>

namespace faultline::fault {

Effect effect(const Error& error) {
    Effect effect{.location = error.location};
    switch (error.kind) {
        case Kind::toggle:
            assert(error.mask.width() <= 32);
            effect.toggle = static_cast<std::uint32_t>(error.mask.low());
            break;
    }
    return effect;
}

}  // namespace faultline::fault
