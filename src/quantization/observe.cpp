#include "observe.h"

#include <c10/core/GradMode.h>
#include <faultline/core/place.h>
#include <faultline/network/route.h>

namespace faultline::quantization {

void observe(const network::Network& network, const at::Tensor& images,
             const std::function<void(int step, const network::State& state)>& see) {
    c10::NoGradGuard no_gradients;
    const auto& program = network.program();
    auto state = program.constants;
    state.at(core::place(program.input)) = images;
    const network::ValueSet nothing_kept(program.constants.size(), false);
    for (const auto& leg : network::whole_route(program, nothing_kept).legs) {
        network::run_step(program, leg.step, state);
        see(leg.step, state);
        network::release(leg, state);
    }
}

}  // namespace faultline::quantization
