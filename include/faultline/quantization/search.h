#pragma once

#include <faultline/quantization/accuracy.h>
#include <faultline/quantization/choose.h>

#include <string>
#include <vector>

/// Networks tried out: which widths, and which layers, cost accuracy.
namespace faultline::quantization {

/// What accuracy is measured on, beside the float network's own scores.
struct Judge {
    const ImageSet& set;
    const Scores& float_scores;
};

/// One combination of widths, measured.
struct WidthTrial {
    Widths widths;
    evaluation::Tally tally;
};

struct WidthSearch {
    Widths widths;                   ///< what was found
    std::vector<WidthTrial> trials;  ///< in the order they were measured
};

/// Ristretto's choice: for each kind of numbers alone, the rest in float32, 16, 8, 4 and 2 bits are
/// tried until one loses more than the margin; then the narrowest that didn't are combined. Where
/// the combination loses more, the kind that lost most alone gets the next width up, until it
/// doesn't or nothing is left to widen. Kinds whose width the settings give aren't searched.
WidthSearch search_widths(const Calibration& calibration, const Judge& judge,
                          const Settings& settings);

/// The tally with each layer of `choices` quantized alone, the rest in float32; an empty one for
/// layers that stay in float32.
std::vector<evaluation::Tally> sensitivity(const network::Network& network,
                                           const std::vector<LayerChoice>& choices,
                                           const Judge& judge);

}  // namespace faultline::quantization
