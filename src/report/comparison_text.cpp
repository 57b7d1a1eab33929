// A stored result's names are another's: a terminal must not obey them.

#include <faultline/report/comparison.h>
#include <fmt/format.h>

#include <faultline/core/error.h>
#include <algorithm>

namespace faultline::report {

namespace {

using campaign::Change;
using campaign::Finding;
using core::one_line;

constexpr std::size_t most_lines = 20;

std::string counted(std::size_t count, const std::string& noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string shown(Finding finding) {
    return finding == Finding::no_evidence ? "" : campaign::name(finding);
}

std::string pairing(const ComparisonInputs& inputs) {
    const auto points = inputs.comparison.points.size();
    std::string text;
    if (inputs.paired_points > 0)
        text = fmt::format("paired: {} of {} had the same faults run by run ({}); sign-flip test\n",
                           inputs.paired_points, counted(points, "point"),
                           counted(inputs.paired_runs, "run"));
    if (inputs.paired_points < points)
        text +=
            fmt::format("unpaired: {} ({}); permutation test of the means\n",
                        inputs.paired_points == 0 ? "all points"
                                                  : counted(points - inputs.paired_points, "point"),
                        one_line(inputs.why_unpaired));
    return text;
}

std::string correction(const ComparisonInputs& inputs) {
    const auto& comparison = inputs.comparison;
    const auto tests = comparison.points.size() + comparison.golden.size();
    auto text = fmt::format(
        "p of {} corrected by Holm; worse or better: at most {:.4g}, so that a false one "
        "among all\nis at most as likely; golden: image by image (McNemar)\n",
        counted(tests, "test"), 1 - inputs.settings.confidence);
    if (comparison.least_p)
        text += fmt::format(
            "too few runs: the smallest p they can come to is {:.2g}, times {} tests; no change, "
            "however\nlarge, would be found; measure more runs, or fewer points\n",
            *comparison.least_p, tests);
    return text;
}

std::string left_out(const Compared& compared, const std::string& which) {
    if (compared.own_points.empty()) return "";
    return fmt::format("only in {}, not compared: {} ({}{})\n", which,
                       counted(compared.own_points.size(), "point"),
                       one_line(compared.own_points.front()),
                       compared.own_points.size() > 1 ? ", ..." : "");
}

/// What is significantly worse first, then by how much was lost.
std::vector<const Change*> worst_first(const campaign::Comparison& comparison) {
    std::vector<const Change*> all;
    for (const auto* list : {&comparison.points, &comparison.golden})
        for (const auto& change : *list) all.push_back(&change);
    std::stable_sort(all.begin(), all.end(), [](const auto* left, const auto* right) {
        const bool worse = left->finding == Finding::worse;
        if (worse != (right->finding == Finding::worse)) return worse;
        return left->mean < right->mean;
    });
    return all;
}

std::string table(const std::vector<const Change*>& changes) {
    const auto lines = std::min(most_lines, changes.size());
    std::size_t width = 5;
    for (std::size_t place = 0; place < lines; ++place)
        width = std::max(width, one_line(changes[place]->key).size());
    auto text = fmt::format("{:<{}} {:>6} {:>6} {:>8} {:^17} {:>8} {:>8}\n", "point", width, "base",
                            "new", "change", "interval", "p", "Holm");
    for (std::size_t place = 0; place < lines; ++place) {
        const auto& change = *changes[place];
        const auto finding = shown(change.finding);
        text += fmt::format("{:<{}} {:6.4f} {:6.4f} {:+8.4f} {:+.4f} {:+.4f}  {:8.2g} {:8.2g}{}\n",
                            one_line(change.key), width, change.base, change.changed, change.mean,
                            change.interval.low, change.interval.high, change.p, change.adjusted_p,
                            finding.empty() ? "" : "  " + finding);
    }
    if (changes.size() > lines)
        text += fmt::format("... and {} more\n", counted(changes.size() - lines, "point"));
    return text;
}

std::string verdict(const ComparisonInputs& inputs) {
    const auto& comparison = inputs.comparison;
    std::ptrdiff_t worse = 0;
    for (const auto* list : {&comparison.points, &comparison.golden})
        worse += std::count_if(list->begin(), list->end(), [](const Change& change) {
            return change.finding == Finding::worse;
        });
    const auto failed = std::count_if(inputs.gates.begin(), inputs.gates.end(),
                                      [](const auto& gate) { return !gate.pass; });
    return fmt::format(
        "{}: {} significantly worse{}{}\n", inputs.passes() ? "no regression" : "regression",
        counted(static_cast<std::size_t>(worse), "point"),
        inputs.gates_only ? " (which decides nothing here)" : "",
        inputs.gates.empty() ? ""
                             : fmt::format(", {} of {} gates failed", failed, inputs.gates.size()));
}

}  // namespace

bool ComparisonInputs::passes() const {
    return all_pass(gates) && (gates_only || !comparison.has(Finding::worse));
}

std::string comparison_text(const ComparisonInputs& inputs) {
    return fmt::format("base: {}, {}\nnew:  {}, {}\n", one_line(inputs.base.file),
                       counted(static_cast<std::size_t>(inputs.base.runs), "run"),
                       one_line(inputs.changed.file),
                       counted(static_cast<std::size_t>(inputs.changed.runs), "run")) +
           pairing(inputs) + correction(inputs) + left_out(inputs.base, "base") +
           left_out(inputs.changed, "new") + "\n" + table(worst_first(inputs.comparison)) + "\n" +
           verdicts_text(inputs.gates) + verdict(inputs);
}

}  // namespace faultline::report
