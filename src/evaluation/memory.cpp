#include <ATen/DeviceAccelerator.h>
#include <c10/util/Exception.h>
#include <faultline/core/error.h>
#include <faultline/evaluation/memory_plan.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <new>
#include <sstream>
#include <string_view>

namespace faultline::evaluation {
namespace {

constexpr std::int64_t kibi = 1024;
constexpr double safe_share = 0.6;

/// A line "NAME:   123 kB" of a file below /proc; 0 when there is none.
std::int64_t proc_bytes(const char* file, const std::string& name) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        if (line.rfind(name + ":", 0) != 0) continue;
        std::istringstream rest(line.substr(name.size() + 1));
        std::int64_t kibibytes = 0;
        rest >> kibibytes;
        return kibibytes * kibi;
    }
    return 0;
}

/// A control group's limit; "max" and absent files are no limit.
std::int64_t group_bytes(const char* file) {
    std::ifstream stream(file);
    std::int64_t bytes = 0;
    return stream >> bytes ? bytes : std::numeric_limits<std::int64_t>::max();
}

std::int64_t free_host_bytes() {
    const auto available = proc_bytes("/proc/meminfo", "MemAvailable");
    const auto group = std::min(group_bytes("/sys/fs/cgroup/memory.max"),
                                group_bytes("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
    return std::min(available, group);
}

at::DeviceIndex index_of(at::Device device) { return std::max<at::DeviceIndex>(device.index(), 0); }

std::int64_t free_device_bytes(at::Device device) {
    return static_cast<std::int64_t>(at::accelerator::getMemoryInfo(index_of(device)).first);
}

std::int64_t allocated_device_bytes(at::Device device) {
    constexpr auto all = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    return at::accelerator::getDeviceStats(index_of(device)).allocated_bytes.at(all).current;
}

struct Unit {
    const char* name;
    double bytes;
};

constexpr std::array<Unit, 9> units = {{{"KiB", 1024.0},
                                        {"MiB", 1024.0 * 1024},
                                        {"GiB", 1024.0 * 1024 * 1024},
                                        {"KB", 1e3},
                                        {"MB", 1e6},
                                        {"GB", 1e9},
                                        {"K", 1024.0},
                                        {"M", 1024.0 * 1024},
                                        {"G", 1024.0 * 1024 * 1024}}};

}  // namespace

bool is_out_of_memory(const std::exception& error) {
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
    // The host's allocator, the driver, cuBLAS and cuDNN have no type of their own for it.
    const std::string_view text = error.what();
    return std::ranges::any_of(
        std::array<std::string_view, 3>{"can't allocate memory", "out of memory", "ALLOC_FAILED"},
        [&](std::string_view sign) { return text.find(sign) != std::string_view::npos; });
}

std::int64_t used_bytes(at::Device device) {
    if (device.is_cuda()) return allocated_device_bytes(device);
    return proc_bytes("/proc/self/status", "RssAnon");
}

std::int64_t default_budget_bytes(at::Device device) {
    const auto free = device.is_cuda() ? free_device_bytes(device) : free_host_bytes();
    return used_bytes(device) + static_cast<std::int64_t>(safe_share * static_cast<double>(free));
}

std::int64_t parse_bytes(const std::string& text) {
    if (text == "auto") return 0;
    std::istringstream stream(text);
    double number = 0;
    std::string unit;
    stream >> number >> unit;
    const auto found = std::find_if(units.begin(), units.end(),
                                    [&](const Unit& other) { return unit == other.name; });
    if (found == units.end() || !std::isfinite(number) || number <= 0 || number > 1e9) {
        throw core::Error(core::Fault::usage,
                          fmt::format("memory: \"{}\" is no size; write auto, or a number with a "
                                      "unit, such as 512MiB or 8GiB",
                                      text));
    }
    return static_cast<std::int64_t>(number * found->bytes);
}

std::string bytes_text(std::int64_t bytes) {
    const auto value = static_cast<double>(bytes);
    constexpr double mebi = 1024.0 * 1024, gibi = mebi * 1024;
    return value >= gibi ? fmt::format("{:.1f} GiB", value / gibi)
                         : fmt::format("{:.0f} MiB", value / mebi);
}

}  // namespace faultline::evaluation
