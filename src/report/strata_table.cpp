#include <fmt/format.h>

#include <algorithm>

#include "sections.h"

namespace faultline::report {
namespace {

using campaign::StratumSummary;

constexpr std::size_t most_rows = 12;

std::string label(const FormatInputs& inputs, const StratumSummary& stratum) {
    if (stratum.layer)
        return shortened(inputs.network.layers[static_cast<std::size_t>(*stratum.layer)].name);
    if (!stratum.bit) return "all";
    return fmt::format("bit {} {}", *stratum.bit,
                       stratum.direction ? campaign::name(*stratum.direction) : "");
}

double critical(const StratumSummary& stratum) { return stratum.estimates.front().mean; }

std::string line(const FormatInputs& inputs, const StratumSummary& stratum) {
    const auto& critical = stratum.estimates[0];
    return fmt::format("{:<24} {:>7} {:8.5f} {:9.5f} {:.5f}-{:.5f} {:8.5f} {:9.5f} {:8.5f}\n",
                       label(inputs, stratum), stratum.trials, stratum.share, critical.mean,
                       critical.interval.low, critical.interval.high, stratum.estimates[1].mean,
                       stratum.estimates[3].mean, stratum.estimates[4].mean);
}

template <class Belongs>
std::string worst(const FormatInputs& inputs, Belongs belongs) {
    std::vector<const StratumSummary*> rows;
    for (const auto& stratum : inputs.summary.strata)
        if (belongs(stratum)) rows.push_back(&stratum);
    std::ranges::stable_sort(rows, std::ranges::greater(),
                             [](const auto* stratum) { return critical(*stratum); });
    std::string text;
    for (std::size_t i = 0; i < std::min(most_rows, rows.size()); ++i)
        text += line(inputs, *rows[i]);
    if (rows.size() > most_rows)
        text += fmt::format("({} more, critical at most {:.5f})\n", rows.size() - most_rows,
                            critical(*rows[most_rows]));
    return text;
}

}  // namespace

std::string strata_table(const FormatInputs& inputs) {
    if (inputs.summary.strata.empty()) return "";
    const auto confidence = fmt::format("{:g} %", 100 * inputs.plan.settings.confidence);
    auto text = fmt::format(
        "\nof one error: chance that an image is ...\n{:<24} {:>7} {:>8} {:>9} "
        "{:^15} {:>8} {:>9} {:>8}\n",
        "where", "trials", "of space", "critical", confidence, "sdc1", "nonfinite", "drop");
    text += line(inputs, inputs.summary.strata.front());
    text += worst(inputs, [](const StratumSummary& stratum) {
        return stratum.bit && stratum.direction && !stratum.layer;
    });
    return text + worst(inputs, [](const StratumSummary& stratum) {
               return stratum.layer && !stratum.bit;
           });
}

}  // namespace faultline::report
