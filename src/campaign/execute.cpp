#include <fmt/format.h>

#include <faultline/campaign/execute.h>
#include <faultline/campaign/verification.h>
#include <faultline/core/error.h>
#include <utility>

namespace faultline::campaign {

namespace {

using evaluation::Tally;
using evaluation::Trial;

/// Golden, the trials of all runs, golden again. Millions of faults lie here, so there is one list
/// and no copy of it.
std::vector<Trial> all_trials(const Plan& plan, const network::Description& network) {
    std::vector<Trial> all(1);
    all.reserve(plan.points.size() * static_cast<std::size_t>(plan.settings.runs) + 2);
    for (int run = 0; run < plan.settings.runs; ++run) {
        const auto first = static_cast<std::int32_t>(all.size());
        for (auto& trial : trials(plan, network, run)) {
            if (trial.parent != Trial::golden) trial.parent += first;
            all.push_back(std::move(trial));
        }
    }
    all.emplace_back();
    return all;
}

[[noreturn]] void refuse(const std::string& message) {
    throw core::Error(core::Fault::integrity, message);
}

void require_length(std::size_t tallies, std::size_t trials) {
    if (tallies == trials) return;
    refuse(
        fmt::format("{} trials were asked for, but {} were measured; this is a bug, please "
                    "report it",
                    trials, tallies));
}

/// Images on which golden itself isn't finite can't be called identical; their count must agree.
void require_golden(const Tally& before, const Tally& after) {
    const auto same = after.masked + after.nonfinite;
    if (before == after && same == after.images) return;
    refuse(fmt::format(
        "golden measured after the trials differs from before: {} of {} images bit-identical, "
        "top-1 "
        "{} and {}; a fault stayed or the device isn't repeatable: don't trust this campaign",
        same, after.images, after.top1, before.top1));
}

std::vector<RunRecord> records(const Plan& plan, const std::vector<Tally>& sums) {
    std::vector<RunRecord> runs;
    auto next = sums.begin() + 1;
    for (int run = 0; run < plan.settings.runs; ++run) {
        const auto end = next + std::ssize(plan.points);
        runs.push_back({run, {next, end}});
        next = end;
    }
    return runs;
}

}  // namespace

Outcome execute(const Plan& plan, const network::Description& network, double verify,
                const MeasureNext& measure_next) {
    const auto trials = all_trials(plan, network);
    std::vector<Tally> sums(trials.size());
    for (int block = 0;; ++block) {
        auto checked = checked_trials(plan, network, verify, block);
        for (auto& trial : checked) ++trial;  // golden comes first
        const auto tallies = measure_next({trials, checked});
        if (tallies.empty()) break;
        require_length(tallies.size(), trials.size());
        require_golden(tallies.front(), tallies.back());
        for (std::size_t place = 0; place < sums.size(); ++place) sums[place] += tallies[place];
    }
    if (sums.front().images == 0) {
        throw core::Error(core::Fault::input, "no images were measured; is the image set empty?");
    }
    return {sums.front(), sums.back(), records(plan, sums)};
}

}  // namespace faultline::campaign
