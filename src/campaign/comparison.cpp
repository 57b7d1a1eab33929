// Paired points: the differences of runs that had the same faults. Unpaired ones: all runs of one
// against all of the other. Golden: which images became right or wrong.

#include <faultline/campaign/comparison.h>
#include <algorithm>
#include <cassert>
#include <functional>

namespace faultline::campaign {

namespace {

using Counts = std::vector<std::int64_t>;

std::vector<double> shares(const Counts& counts, std::int64_t images) {
    std::vector<double> all;
    for (const auto count : counts)
        all.push_back(static_cast<double>(count) / static_cast<double>(images));
    return all;
}

double mean(const std::vector<double>& values) { return distribution(values).mean; }

/// Of the difference of what two intervals hold, each of which fails half as often.
Interval difference(const Interval& base, const Interval& changed, double confidence) {
    return {changed.low - base.high, changed.high - base.low, base.method + ", difference",
            confidence};
}

double half_failing(double confidence) { return 1 - (1 - confidence) / 2; }

/// A difference of shares lies in [-1, 1].
Interval paired_interval(const std::vector<double>& base, const std::vector<double>& changed,
                         double confidence) {
    std::vector<double> mapped;
    for (std::size_t run = 0; run < base.size(); ++run)
        mapped.push_back((changed[run] - base[run] + 1) / 2);
    const auto interval = betting_interval(mapped, confidence);
    return {2 * interval.low - 1, 2 * interval.high - 1, "betting", confidence};
}

std::string test_name(const std::string& name, bool exact) {
    return name + (exact ? ", exact" : ", sampled");
}

Change change(const PointPair& pair, const ComparisonSettings& settings, std::uint32_t stream) {
    const auto base = shares(pair.base, pair.images), changed = shares(pair.changed, pair.images);
    Change result{.key = pair.key, .base = mean(base), .changed = mean(changed)};
    result.mean = result.changed - result.base;
    const Rearrangements random{settings.seed, stream};
    if (pair.paired) {
        assert(base.size() == changed.size());
        Counts differences;
        std::transform(pair.changed.begin(), pair.changed.end(), pair.base.begin(),
                       std::back_inserter(differences), std::minus<>());
        const auto found = sign_flip_test(differences, random);
        result.p = found.p;
        result.test = test_name("sign flips", found.exact);
        result.interval = paired_interval(base, changed, settings.confidence);
    } else {
        const auto found = permutation_test(pair.base, pair.changed, random);
        result.p = found.p;
        result.test = test_name("permutations", found.exact);
        const auto each = half_failing(settings.confidence);
        result.interval = difference(betting_interval(base, each), betting_interval(changed, each),
                                     settings.confidence);
    }
    return result;
}

Change change(const GoldenPair& pair, double confidence) {
    const auto images = static_cast<double>(pair.images);
    Change result{.key = "golden/" + pair.format,
                  .base = static_cast<double>(pair.base) / images,
                  .mean = static_cast<double>(pair.gained - pair.lost) / images};
    result.changed = result.base + result.mean;
    result.interval = paired_image_interval(pair.gained, pair.lost, pair.images, confidence);
    result.test = "McNemar, exact";
    result.p = mcnemar_test(pair.lost, pair.gained);
    return result;
}

double least_p(const PointPair& pair) {
    return pair.paired ? least_sign_flip_p(std::ssize(pair.base))
                       : least_permutation_p(std::ssize(pair.base), std::ssize(pair.changed));
}

void judge(Comparison& comparison, double confidence) {
    std::vector<Change*> all;
    std::vector<double> p;
    for (auto* list : {&comparison.points, &comparison.golden}) {
        for (auto& change : *list) {
            all.push_back(&change);
            p.push_back(change.p);
        }
    }
    const auto adjusted = holm(p);
    constexpr double rounding = 1e-12;  // 1 - 0.95 isn't quite 0.05
    for (std::size_t place = 0; place < all.size(); ++place) {
        auto& change = *all[place];
        change.adjusted_p = adjusted[place];
        if (change.adjusted_p > 1 - confidence + rounding) continue;
        change.finding = change.mean < 0 ? Finding::worse : Finding::better;
    }
}

}  // namespace

std::string name(Finding finding) {
    switch (finding) {
        case Finding::worse:
            return "worse";
        case Finding::better:
            return "better";
        case Finding::no_evidence:
            return "no evidence";
    }
    return "";
}

bool Comparison::has(Finding finding) const {
    const auto is = [&](const Change& change) { return change.finding == finding; };
    return std::any_of(points.begin(), points.end(), is) ||
           std::any_of(golden.begin(), golden.end(), is);
}

Comparison compare(const std::vector<PointPair>& points, const std::vector<GoldenPair>& golden,
                   const ComparisonSettings& settings) {
    Comparison comparison;
    double least = 1;
    for (const auto& pair : points) {
        const auto stream = static_cast<std::uint32_t>(comparison.points.size());
        comparison.points.push_back(change(pair, settings, stream));
        least = std::min(least, least_p(pair));
    }
    for (const auto& pair : golden) comparison.golden.push_back(change(pair, settings.confidence));
    judge(comparison, settings.confidence);
    const auto tests = static_cast<double>(points.size() + golden.size());
    if (least * tests > 1 - settings.confidence) comparison.least_p = least;
    return comparison;
}

}  // namespace faultline::campaign
