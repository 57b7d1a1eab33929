#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace faultline::fuzz {

/// Its numbers are the same everywhere; the standard's distributions aren't, so `below` stands in.
using Random = std::mt19937_64;

/// 0..count-1; `count` must be above 0.
std::size_t below(Random& random, std::size_t count);

/// `bytes` damaged as disks, links and attackers do: bits flipped, cut short, ranges overwritten,
/// removed, doubled or swapped for numbers at the edges; one to four of these.
std::string mutated(std::string bytes, Random& random);

}  // namespace faultline::fuzz
