#pragma once

#include <faultline/campaign/ledger.h>
#include <faultline/campaign/sampling.h>
#include <faultline/campaign/settings.h>
#include <faultline/evaluation/trial.h>
#include <faultline/fault/space.h>
#include <faultline/network/description.h>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// What a campaign will do, decided before anything is measured.
namespace faultline::campaign {

/// One x-value of a test.
struct Point {
    std::string key;                 ///< "full/float32/errors=50", "indexed/float32/bit=30",
                                     ///< "layer/float32/features.3.squeeze",
                                     ///< "sample/float32/total"
    std::int64_t errors = 0;         ///< present while it is measured; where only some words have
                                     ///< the point's bit, and at rates: in the run with most
    double mean_errors = 0;          ///< over the plan's runs
    std::optional<double> rate;      ///< full, at rates: chance of a hit, for each exposed bit
    std::optional<int> bit;          ///< indexed
    std::optional<int> layer;        ///< layer-wise: place in the description's list of layers
    std::uint64_t exposed_bits = 0;  ///< of all stored bits an error could meet

    bool operator==(const Point&) const = default;
};

struct Plan {
    Settings settings;
    std::string format;  ///< the network's: "float32", "fixed8"
    std::vector<Point> points;
    std::uint64_t exposed_bits = 0;  ///< of the whole space
    std::vector<bool> in_space;      ///< for each weight tensor
    bool mixed_widths = false;       ///< words of the space differ in their number of bits
    std::optional<Strata> strata;    ///< the sample test's, once the words are known
    /// What is stored where; of a protected memory's plan, once the words are known.
    std::function<std::uint32_t(const fault::WeightWord&)> stored_word = {};
};

/// The space of all sites in tensors chosen by role and name pattern, of one layer when `layer` is
/// given. Words are as wide as the memory holds them: their tensor's format, copies, check bits.
fault::Space space(const Settings& settings, const network::Description& network,
                   std::optional<int> layer = {});

/// Throws Error(usage) before any work: nothing selected by roles or patterns (what there is gets
/// named), bits beyond the widest word, errors wider than the narrowest, error counts beyond the
/// space or not rising, an unknown role.
Plan plan(const Settings& settings, const network::Description& network);

/// Lays out the sample test's strata, and keeps what tells the stored words of a protected memory;
/// other plans stay as they are.
void survey(Plan& plan, const network::Description& network, StoredWords words);

/// Of the sample test with `allocate`: the runs of the pilot, which choose where the others draw
/// and are no part of the estimates. Else none.
Runs pilot(const Plan& plan);

/// Learns from the pilot's runs, the first of `outcome`. Needs survey().
void allocate(Plan& plan, const network::Description& network, const Outcome& outcome);

/// The stratum of run `run`'s trial, and what it weighs in the mean over the space. Needs survey().
struct Drawn {
    std::size_t stratum = 0;
    double weight = 1;
};
Drawn drawn(const Plan& plan, const network::Description& network, int run);

/// The trials of run `run` (from 0), one for each point, in the points' order. A pure function of
/// its arguments. Runs of a sample test that come after its pilot need allocate(), those of a
/// protected memory survey().
std::vector<evaluation::Trial> trials(const Plan& plan, const network::Description& network,
                                      int run);

/// What bit `bit` stands for in the tensors of the plan's space that have it: "exponent"; where
/// their formats differ, each role once: "integer/fraction". Above the number's own bits: "copy",
/// "check", "parity".
std::string role(const Plan& plan, const network::Description& network, int bit);

/// Choices that a reader of the numbers must know: what is taken for granted.
std::vector<std::string> assumptions(const Plan& plan);

/// What the numbers don't cover, with what so many runs can't exclude.
std::vector<std::string> limitations(const Plan& plan, std::int64_t runs);

}  // namespace faultline::campaign
