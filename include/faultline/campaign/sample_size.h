#pragma once

#include <cstdint>

namespace faultline::campaign {

/// How well a share is to be known.
struct Precision {
    double margin = 0.05;  ///< half the interval's width, in (0, 1)
    double confidence = 0.95;
    double share = 0.5;  ///< expected; 0.5 needs most
};

/// Trials with one error each, drawn from `sites` sites without replacement, that tell the share of
/// sites with some effect that well (R. Leveugle, A. Calvez, P. Maistri, P. Vanhauwaert,
/// Statistical fault injection: quantified error and confidence, DATE 2009, equation 4): n = N / (1
/// + e^2 (N - 1) / (t^2 p (1 - p))), rounded up, with t to three decimals as their tables have it
/// (1.960, 2.576). Rests on the normal approximation. At least one site.
std::uint64_t sample_size(std::uint64_t sites, const Precision& precision);

}  // namespace faultline::campaign
