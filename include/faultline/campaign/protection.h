#pragma once

#include <faultline/campaign/plan.h>
#include <faultline/fault/protection.h>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// What guards a campaign's memory, as users write it (Settings::protect):
/// SCHEME[:bits=BITS][:layers=PATTERN,PATTERN], such as "tmr:bits=25-30,31:layers=conv1*".
namespace faultline::campaign {

struct MemoryProtection {
    fault::Protection scheme;
    std::vector<std::string> layers = {"*"};  ///< only layers whose name matches one of these

    bool operator==(const MemoryProtection&) const = default;
};

/// Throws Error(usage) for anything else than such a text. `bits` are the tripled ones of tmr.
MemoryProtection parse_protection(const std::string& text);

/// "none", "tmr", "secded", "parity".
std::string name(const fault::Protection& scheme);

/// The shortest text that means this: "tmr:bits=25-31:layers=conv1*".
std::string name(const MemoryProtection& protection);

/// "25-30,31" as an option of numbers writes them.
std::string bits_text(std::uint32_t bits);

bool is_protected(const Settings& settings);

/// What guards the words of one of the network's tensors.
fault::Protection guard(const MemoryProtection& protection, const network::Description& network,
                        const network::WeightTensor& tensor);

/// Throws Error(usage) when a pattern matches no layer with numbers of the space, or a bit lies
/// beyond the widest of the numbers that would be guarded.
void require_protection(const Settings& settings, const network::Description& network);

/// What the network sees of errors that strike one after another. Needs survey() where something is
/// protected.
std::vector<fault::Effect> effects(const Plan& plan, const network::Description& network,
                                   const std::vector<fault::Error>& errors);

/// "copy", "check", "parity": what the bits above a number's own are. Empty where there are none.
std::string added_role(const fault::Protection& scheme);

/// Numbers of one width that are guarded.
struct GuardedWords {
    int bit_count = 0;   ///< of the number
    int added_bits = 0;  ///< to each
    std::int64_t words = 0;

    bool operator==(const GuardedWords&) const = default;
};

/// Those of the space, by width. (What else the layers store is never hit, and costs nothing here.)
std::vector<GuardedWords> guarded_words(const Plan& plan, const network::Description& network);

/// What became of the words of which bits are wrong.
struct HitWords {
    std::int64_t corrected = 0;
    std::int64_t zeroed = 0;  ///< detected
    std::int64_t silent = 0;  ///< read otherwise than stored

    bool operator==(const HitWords&) const = default;
};

/// One for each of a run's trials, its ancestors' errors included.
std::vector<HitWords> hit_words(std::span<const evaluation::Trial> trials);

/// For assumptions(): what is protected, and what isn't counted.
std::vector<std::string> protection_assumptions(const Settings& settings);

}  // namespace faultline::campaign
