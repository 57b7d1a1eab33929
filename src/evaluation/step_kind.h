#pragma once

#include <faultline/network/program.h>

#include <cstdint>

/// How a step's output channels depend on its inputs' channels. Dimension 1 is the channel's.
namespace faultline::evaluation {

enum class StepKind {
    weighted,     ///< channel c reads row c of weight and bias, and the whole input
    channelwise,  ///< channel c reads channel c of each input
    join,         ///< inputs one after another along the channels
    shape,        ///< reads nothing but shapes
    other,
};

StepKind step_kind(const network::Program& program, const network::Step& step);

/// A range of channels.
struct Channels {
    std::int64_t first = 0;
    std::int64_t count = 0;

    bool operator==(const Channels&) const = default;
};

/// The smallest block.
inline constexpr std::int64_t few_channels = 16;

/// How many channels a block may have, rising; fewer than `channel_count`. Backends split their
/// sums otherwise when few channels are wanted, so where few aren't exact, half of them may be.
std::vector<std::int64_t> block_widths(std::int64_t channel_count);

/// The block of `width` channels that holds `channel`; aligned, but for the last one, which ends
/// with the channels. Everything when there is no more than one block.
Channels block_of(std::int64_t channel, std::int64_t channel_count, std::int64_t width);

/// Convolution and linear: on the step's inputs, only these channels of the output.
at::Tensor run_block(const network::Step& step, std::vector<c10::IValue> inputs, Channels channels);

/// A channelwise step on these channels of its inputs. Inputs that already are the channels alone
/// stay; the others have `channel_count` of them.
at::Tensor run_channels(const network::Step& step, std::vector<c10::IValue> inputs,
                        Channels channels, std::int64_t channel_count);

}  // namespace faultline::evaluation
