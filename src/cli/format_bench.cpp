#include "format_bench.h"

#include <faultline/campaign/execute.h>
#include <faultline/core/error.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <optional>

#include "measurement.h"

namespace faultline::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_now() {
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

void tell_of_lost_memory(const Session& session, const evaluation::MemoryPlan& plan) {
    if (plan.kept_count == session.plan.kept_count) return;
    spdlog::warn(
        "memory ran out, since the device has less than was planned with ({}): {} of {} values "
        "were kept in the end; trials took longer, the counts are the same",
        evaluation::bytes_text(session.plan.bytes), plan.kept_count, plan.wanted_count);
}

void require_same_weights(const std::string& before, const std::string& after,
                          const std::string& journal) {
    if (before == after) return;
    throw core::Error(core::Fault::integrity,
                      fmt::format("the weights' SHA-256 was {} before the campaign and is {} after "
                                  "it; no result was written, and {} must not be trusted",
                                  before, after, journal));
}

/// Measures, and tells beside each measurement what was looked at meanwhile.
class Checked {
 public:
    Checked(const network::Network& network, Measurement& measurement)
        : network_(network), measurement_(measurement), weights_(network.weights_checksum()) {}

    campaign::Measured operator()(const campaign::BlockTrials& block) {
        const auto before = checks();
        const auto mistaken = measurement_.work().confusion;
        campaign::Measured measured{measurement_.trials(block.trials, block.checked),
                                    checks(),
                                    network_.weights_checksum(),
                                    {},
                                    {}};
        measured.checks -= before;
        measured.golden_right = measurement_.work().golden_right;
        measured.confusion = evaluation::difference(measurement_.work().confusion, mistaken);
        if (measured.weights == weights_) return measured;
        throw core::Error(core::Fault::integrity,
                          "the weights aren't those from before the trials: a fault stayed; "
                          "nothing of these trials was recorded");
    }

 private:
    campaign::Checks checks() const {
        const auto& work = measurement_.work();
        return {work.trials_checked, work.checks.words_read_back, work.checks.words_restored};
    }

    const network::Network& network_;
    Measurement& measurement_;
    std::uint64_t weights_;
};

std::int64_t missing_runs(const campaign::Coverage& coverage, const FormatTask& task) {
    std::int64_t count = 0;
    const auto own = campaign::share(task.shard, {0, coverage.extent().runs});
    for (int block = 0; block < coverage.extent().blocks; ++block)
        for (const auto& runs : coverage.missing(task.place, block, own)) count += runs.count;
    return count;
}

}  // namespace

class FormatBench::Impl {
 public:
    Impl(const FormatTask& task, const Session& session, const Settings& settings,
         ProgressStyle style, CampaignFolder& folder)
        : task_(task),
          session_(session),
          settings_(settings),
          folder_(folder),
          weights_sha256_(session.network.weights_sha256()),
          // Golden before and after.
          measurement_(session, style,
                       (2 * passes_of_golden() + std::ssize(task.plan.points) * own_runs()),
                       task.name),
          checked_(session.network, measurement_) {
        const auto& coverage = folder.ledger().coverage();
        const auto done =
            std::int64_t{own_runs()} * coverage.extent().blocks - missing_runs(coverage, task);
        measurement_.skip(done * std::ssize(task.plan.points));
    }

    void measure(const campaign::Runs& runs) {
        const bool whole = session_.evaluation.method == evaluation::Method::whole;
        constexpr double half = 0.5;  // a record may take longer than those before it
        campaign::execute({.plan = task_.plan,
                           .network = session_.network.description(),
                           .format = task_.place,
                           .runs = runs,
                           .verify = whole ? 0 : session_.evaluation.verify,
                           .record_seconds = half * 60 * settings_.output.checkpoint_minutes},
                          {.rewind = [&](std::optional<int> run) { measurement_.rewind(run); },
                           .next_block = [&] { return measurement_.next_block(); },
                           .measure = [&](const auto& block) { return checked_(block); },
                           .keep = [&](const auto& record) { folder_.keep(record); },
                           .clock = seconds_now},
                          folder_.ledger());
    }

    Measured close() {
        tell_of_lost_memory(session_, measurement_.plan());
        require_same_weights(weights_sha256_, session_.network.weights_sha256(),
                             folder_.journal().string());
        return {task_.plan.format,
                describe_work(session_.network.description(), session_.evaluation,
                              measurement_.work(), measurement_.plan()),
                measurement_.work().seconds, measurement_.plan()};
    }

 private:
    int own_runs() const {
        return campaign::share(task_.shard, {0, folder_.ledger().coverage().extent().runs}).count;
    }
    int passes_of_golden() const { return session_.images_per_run > 0 ? own_runs() : 1; }

    const FormatTask& task_;
    const Session& session_;
    const Settings& settings_;
    CampaignFolder& folder_;
    std::string weights_sha256_;
    Measurement measurement_;
    Checked checked_;
};

FormatBench::FormatBench(const FormatTask& task, const Session& session, const Settings& settings,
                         ProgressStyle style, CampaignFolder& folder)
    : impl_(std::make_unique<Impl>(task, session, settings, style, folder)) {}
FormatBench::~FormatBench() = default;

void FormatBench::measure(const campaign::Runs& runs) { impl_->measure(runs); }
Measured FormatBench::close() { return impl_->close(); }

}  // namespace faultline::cli
