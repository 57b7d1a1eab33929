#pragma once

#include <faultline/campaign/ledger.h>
#include <faultline/campaign/plan.h>
#include <faultline/campaign/statistics.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What protecting the memory would cost, and what would be left of the damage of single errors.
namespace faultline::campaign {

/// How a remaining damage is known.
enum class Basis {
    none,          ///< no trial tells: measure with the protection
    construction,  ///< the scheme corrects every single error
    all_trials,    ///< what is protected was fixed beforehand
    held_out,      ///< one half of the trials chose what to protect, the other tells what is left
};
std::string name(Basis basis);

/// One way to protect a memory.
struct Advice {
    std::string protection = {};   ///< as `--protect` takes it: "none", "tmr:bits=30", "secded"
    std::vector<int> bits = {};    ///< chosen ones; empty: all
    std::vector<int> layers = {};  ///< chosen ones; empty: all
    std::uint64_t protected_bits = 0;
    std::uint64_t added_bits = 0;  ///< copies and check bits
    Basis basis = Basis::none;
    /// Critical images per error that meets the unprotected memory: the rate of errors stays what
    /// it is per bit, and those that the protection corrects do nothing. Nothing: unknown.
    std::optional<double> critical = {};
    std::optional<Interval> interval = {};
};

/// Without protection; triple modular redundancy (2 more copies) of everything, of bit 30 (the
/// paper's, float32), of the 1, 2, 4 and 8 most vulnerable bits, of the most vulnerable layers
/// until a tenth of the damage is left; SECDED; parity whose words read as zero when it fails. What
/// to protect, and what is left then, come from a sample test's trials; after other tests there are
/// the costs of what needs no choice.
std::vector<Advice> guideline(const Plan& plan, const network::Description& network,
                              const Outcome& outcome);

}  // namespace faultline::campaign
