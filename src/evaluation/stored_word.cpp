#include "stored_word.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <bit>
#include <cassert>
#include <cmath>

namespace faultline::evaluation {

std::uint32_t float_pattern(const network::WeightTensor& tensor, std::uint32_t word) {
    const auto decode = [word](const auto& format) { return format.decode(word); };
    return std::bit_cast<std::uint32_t>(std::visit(decode, tensor.format));
}

std::uint32_t stored_word(const network::WeightTensor& tensor, std::uint32_t pattern) {
    if (std::holds_alternative<number::Float32>(tensor.format)) return pattern;
    const auto value = std::bit_cast<float>(pattern);
    if (!std::isnan(value)) {
        const auto word = std::get<number::FixedPoint>(tensor.format).encode(value);
        if (float_pattern(tensor, word) == pattern) return word;
    }
    throw core::Error(
        core::Fault::integrity,
        fmt::format("{} holds {} ({:08x}), which isn't a number of {}; it was changed after the "
                    "model was read: don't trust this campaign",
                    tensor.name, value, pattern, number::name(tensor.format)));
}

WordChange struck(const network::WeightTensor& tensor, std::uint32_t pattern,
                  const fault::Effect& effect) {
    const auto before = stored_word(tensor, pattern);
    const auto after = effect.apply(before);
    [[maybe_unused]] const auto width = static_cast<unsigned>(number::bit_count(tensor.format));
    assert(static_cast<std::uint64_t>(after) >> width == 0);  // the space gives no other bits
    return {before, after};
}

}  // namespace faultline::evaluation
