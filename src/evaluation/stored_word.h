#pragma once

#include <faultline/evaluation/word_change.h>
#include <faultline/fault/location.h>
#include <faultline/network/description.h>

#include <cstdint>

namespace faultline::evaluation {

/// The word that the memory holds for a number in `tensor`'s format; `pattern` is the number's
/// float32 pattern, as LibTorch has it. Throws Error(integrity) for a number that isn't one of the
/// format's.
std::uint32_t stored_word(const network::WeightTensor& tensor, std::uint32_t pattern);

/// The inverse: the float32 pattern of what `word` stands for. Exact.
std::uint32_t float_pattern(const network::WeightTensor& tensor, std::uint32_t word);

/// What `effect` makes of the stored word. Throws as stored_word.
WordChange struck(const network::WeightTensor& tensor, std::uint32_t pattern,
                  const fault::Effect& effect);

}  // namespace faultline::evaluation
