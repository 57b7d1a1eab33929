#include "measurement.h"

#include "interrupt.h"

namespace faultline::cli {
namespace {

std::int64_t block_count(const Session& session) {
    return (images_of_a_run(session) + session.batch - 1) / session.batch;
}

}  // namespace

Measurement::Measurement(const Session& session, ProgressStyle style, std::int64_t passes,
                         const std::string& task)
    : session_(session),
      progress_(style, passes * block_count(session), task),
      evaluator_(session.network, session.evaluation, session.plan, [this] { after_pass(); }),
      stream_(std::in_place, session.images, session.batch, session.threads) {}

void Measurement::rewind(std::optional<int> run) {
    stream_.reset();
    if (run) own_images_ = run_images(session_, *run);
    stream_.emplace(run ? *own_images_ : session_.images, session_.batch, session_.threads);
}

bool Measurement::next_block() {
    auto next = stream_->next();
    if (next) block_ = std::move(*next);
    return next.has_value();
}

std::vector<evaluation::Tally> Measurement::trials(std::span<const evaluation::Trial> trials,
                                                   std::span<const std::int32_t> checked) {
    return evaluator_.measure(block_, session_.images.settings().preprocessing, trials, checked);
}

evaluation::Tally Measurement::golden() {
    const auto tally = evaluator_.measure_golden(block_, session_.images.settings().preprocessing);
    after_pass();
    return tally;
}

void Measurement::after_pass() {
    progress_.step();
    stop_if_interrupted();
}

}  // namespace faultline::cli
