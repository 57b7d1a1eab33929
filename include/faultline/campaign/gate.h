#pragma once

#include <string>
#include <vector>

/// Bounds that a result must keep, as users write them: "indexed/float32/bit=30 top1.low >= 0.5".
namespace faultline::campaign {

/// KEY STATISTIC[.END] COMPARISON NUMBER, with blanks between them. KEY is the key of a point,
/// group or stratum, or a pattern for several; in double quotes it may hold blanks.
struct Gate {
    enum class Comparison { at_least, above, at_most, below };

    std::string expression;  ///< as it was written
    std::string key;
    std::string statistic;
    std::string end;              ///< of its interval or distribution; never empty
    bool end_is_implied = false;  ///< nothing was written: the interval's unfavourable end
    Comparison comparison = Comparison::at_least;
    double bound = 0;

    bool operator==(const Gate&) const = default;
};

/// Throws core::SyntaxError naming `source` ("--gate") and the place: for what is no such
/// expression, a statistic or end that there isn't, a statistic without interval and without an
/// end, and a bound that no value of the statistic can miss or keep.
Gate parse_gate(const std::string& expression, const std::string& source);

/// Whether the gate is about what has this key: it is the same text, or the pattern matches (`*`,
/// `?`, `[...]` as the shell reads them; a slash is a character like any other).
bool covers(const Gate& gate, const std::string& key);

/// Whether a value keeps the bound.
bool keeps(const Gate& gate, double observed);

/// ">="
std::string sign(Gate::Comparison comparison);

/// A statistic that only `compare` knows.
bool is_of_comparison(const std::string& statistic);

/// All names of statistics, in the order of the README.
std::vector<std::string> statistic_names();

}  // namespace faultline::campaign
