#include <fmt/format.h>

#include <faultline/campaign/execute.h>
#include <faultline/campaign/verification.h>
#include <faultline/core/error.h>
#include <faultline/core/place.h>
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace faultline::campaign {

namespace {

using core::place;
using evaluation::Tally;
using evaluation::Trial;

/// Of the block's, those of these runs, as places in record_trials.
std::vector<std::int32_t> checked_of(const std::vector<std::int32_t>& checked, const Runs& runs,
                                     std::size_t points) {
    const auto number = static_cast<std::int32_t>(points);
    std::vector<std::int32_t> own;
    for (const auto trial : checked) {
        const auto run = trial / number;
        if (run >= runs.first && run < runs.end())
            own.push_back(trial - runs.first * number + 1);  // golden comes first
    }
    return own;
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

/// How many runs a record gets: as many as fit into its time, judged by the records before it.
class Pace {
 public:
    explicit Pace(double record_seconds) : record_seconds_(record_seconds) {}

    Runs next(const Runs& missing) const {
        const double fitting = record_seconds_ / std::max(seconds_per_run_, 1e-9);
        const double wanted = known_ ? std::min<double>(missing.count, std::floor(fitting)) : 1;
        return {missing.first, std::max(1, static_cast<int>(wanted))};
    }

    void learn(const Record& record) {
        known_ = true;
        seconds_per_run_ = record.seconds / record.runs.count;
    }

 private:
    double record_seconds_;
    double seconds_per_run_ = 0;
    bool known_ = false;
};

/// `all_checked`: the block's checked_trials.
Record measure(const Task& task, const Bench& bench, int block, const Runs& runs,
               const std::vector<std::int32_t>& all_checked) {
    const double start = bench.clock();
    const auto trials = record_trials(task.plan, task.network, runs);
    const auto checked = checked_of(all_checked, runs, task.plan.points.size());
    const auto found = bench.measure({trials, checked});
    const auto& tallies = found.tallies;
    require_length(tallies.size(), trials.size());
    require_golden(tallies.front(), tallies.back());
    Record record{.format = task.format,
                  .block = block,
                  .runs = runs,
                  .golden = tallies.front(),
                  .golden_right = found.golden_right,
                  .tallies = {},
                  .confusion = found.confusion,
                  .checks = found.checks,
                  .weights = found.weights,
                  .seconds = 0};
    for (int run = 0; run < runs.count; ++run) {
        const auto first = tallies.begin() + 1 + run * std::ssize(task.plan.points);
        record.tallies.emplace_back(first, first + std::ssize(task.plan.points));
    }
    record.seconds = bench.clock() - start;
    return record;
}

/// What is left to measure, and how fast it went so far.
struct Work {
    const Task& task;
    const Bench& bench;
    Ledger& ledger;
    Pace pace;
};

void measure_block(Work& work, int block, const std::vector<Runs>& ranges) {
    const auto& task = work.task;
    const auto checked = checked_trials(task.plan, task.network, task.verify, block);
    for (auto missing : ranges) {
        while (missing.count > 0) {
            const auto runs = work.pace.next(missing);
            const auto record = measure(task, work.bench, block, runs, checked);
            work.ledger.add(record);
            work.bench.keep(record);
            work.pace.learn(record);
            missing = {runs.end(), missing.end() - runs.end()};
        }
    }
}

/// All blocks of `wanted` runs.
void measure_blocks(Work& work, const Runs& wanted) {
    const auto& coverage = work.ledger.coverage();
    const auto blocks = coverage.extent().blocks;
    for (int block = 0; block < blocks; ++block) {
        if (!work.bench.next_block())
            refuse(
                fmt::format("{} blocks of images were planned, but there are {}", blocks, block));
        const auto ranges = coverage.missing(work.task.format, block, wanted);
        if (!ranges.empty()) measure_block(work, block, ranges);
    }
}

}  // namespace

std::vector<Trial> record_trials(const Plan& plan, const network::Description& network,
                                 const Runs& runs) {
    std::vector<Trial> all(1);
    for (int run = runs.first; run < runs.end(); ++run) {
        const auto first = static_cast<std::int32_t>(all.size());
        for (auto& trial : trials(plan, network, run)) {
            if (trial.parent != Trial::golden) trial.parent += first;
            all.push_back(std::move(trial));
        }
    }
    all.emplace_back();
    return all;
}

void execute(const Task& task, const Bench& bench, Ledger& ledger) {
    Work work{task, bench, ledger, Pace(task.record_seconds)};
    if (!ledger.coverage().extent().own_images) {
        bench.rewind({});
        measure_blocks(work, task.runs);
        return;
    }
    for (int run = task.runs.first; run < task.runs.end(); ++run) {
        if (ledger.coverage().done(task.format, {run, 1})) continue;
        bench.rewind(run);
        measure_blocks(work, {run, 1});
    }
}

}  // namespace faultline::campaign
