#pragma once

#include <c10/core/Device.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <chrono>

namespace faultline::benchmarks {

/// Until all work given to the device is done.
inline void wait_for(at::Device device) {
    if (device.is_cpu()) return;
    c10::impl::VirtualGuardImpl(device.type()).synchronizeDevice(device.index());
}

/// How long `action` takes, the device's part included.
template <class Action>
double seconds(at::Device device, Action action) {
    wait_for(device);
    const auto start = std::chrono::steady_clock::now();
    action();
    wait_for(device);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace faultline::benchmarks
