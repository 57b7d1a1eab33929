#include "slurm.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>

namespace faultline::cli {
namespace {

std::string name_of(const std::string& what) { return "SLURM_ARRAY_TASK_" + what; }

constexpr int largest = 1'000'000'000;

/// The whole number of at least `least` that the variable holds; nothing when it isn't set.
std::optional<int> variable(const std::string& what, int least) {
    const char* value = std::getenv(name_of(what).c_str());
    if (value == nullptr) return std::nullopt;
    const std::string text = value;
    int number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failure == std::errc() && end == text.data() + text.size();
    if (whole && number >= least && number <= largest) return number;
    throw core::Error(core::Fault::usage,
                      fmt::format("{} is '{}', but a whole number from {} to {} belongs there",
                                  name_of(what), text, least, largest));
}

int required(const std::string& what, int least) {
    if (const auto number = variable(what, least)) return *number;
    throw core::Error(core::Fault::usage,
                      fmt::format("{} isn't set: 'slurm' is for tasks of a job array (sbatch "
                                  "--array=0-N); elsewhere give the number itself",
                                  name_of(what)));
}

[[noreturn]] void refuse(const std::string& what) {
    throw core::Error(core::Fault::usage,
                      fmt::format("Slurm's array has {}; give it as --array=0-N, or the number "
                                  "itself instead of 'slurm'",
                                  what));
}

}  // namespace

ArrayPlace slurm_array_place() {
    const int id = required("ID", 0);
    const int least = required("MIN", 0);
    const int most = required("MAX", 0);
    const int step = required("STEP", 1);
    if (id < least || id > most || (id - least) % step != 0)
        refuse(fmt::format("the task {}, but goes from {} to {} in steps of {}", id, least, most,
                           step));
    const ArrayPlace place{(id - least) / step, (most - least) / step + 1};
    const int told = variable("COUNT", 1).value_or(place.count);
    if (told != place.count)
        refuse(fmt::format("gaps: {} of {} tasks ({} to {} in steps of {})", told, place.count,
                           least, most, step));
    return place;
}

}  // namespace faultline::cli
