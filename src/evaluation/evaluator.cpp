#include <ATen/ATen.h>
#include <faultline/evaluation/evaluator.h>

#include <algorithm>

#include "injection_stack.h"
#include "resumed.h"

namespace faultline::evaluation {
class Evaluator::Impl {
 public:
    Impl(const network::Network& network, Settings settings, MemoryPlan plan,
         std::function<void()> after_trial)
        : network_(network),
          method_(settings.method),
          plan_(std::move(plan)),
          confusion_(settings.confusion),
          after_trial_(std::move(after_trial)) {
        if (method_ == Method::resumed) {
            resumed_.emplace(
                network_, settings, plan_, [this] { after_trial_(); }, work_);
        }
    }

    std::vector<Tally> measure(const dataset::Block& block,
                               const dataset::Preprocessing& preprocessing,
                               std::span<const Trial> trials,
                               std::span<const std::int32_t> checked) {
        const auto images = batch_of(block, preprocessing);
        if (resumed_) return resumed_->measure({images, block.labels, trials, checked});
        return measure_whole(images, block.labels, trials);
    }

    Tally measure_golden(const dataset::Block& block, const dataset::Preprocessing& preprocessing) {
        const auto images = batch_of(block, preprocessing);
        const auto golden = golden_logits(images, block.count);
        return compare(golden, golden, block.labels);
    }

    const Work& work() const { return work_; }
    const MemoryPlan& plan() const { return resumed_ ? resumed_->plan() : plan_; }

 private:
    at::Tensor batch_of(const dataset::Block& block, const dataset::Preprocessing& preprocessing) {
        const Stopwatch watch(work_.seconds.golden);
        return padded(normalise(block, preprocessing, network_.device()), plan_.batch);
    }

    std::vector<float> golden_logits(const at::Tensor& images, std::int64_t count) {
        const Stopwatch watch(work_.seconds.golden);
        return on_host(network_.forward(images), count);
    }

    std::vector<Tally> measure_whole(const at::Tensor& images, std::span<const std::int32_t> labels,
                                     std::span<const Trial> trials) {
        const auto count = std::ssize(labels);
        const auto golden = golden_logits(images, count);
        const auto macs = network_.description().macs() * images.size(0);
        work_.golden_right = right(golden, labels);
        InjectionStack injections(network_, trials);
        std::vector<Tally> tallies;
        for (std::int32_t index = 0; index < std::ssize(trials); ++index) {
            const Stopwatch watch(work_.seconds.trials);
            injections.enter(index);
            const auto logits = on_host(network_.forward(images), count);
            tallies.push_back(compare(logits, golden, labels));
            if (confusion_) add_confusion(work_.confusion, logits, golden, labels.size());
            work_.macs_done += macs;
            work_.macs_whole += macs;
            work_.images += count;
            ++work_.trials;
            after_trial_();
        }
        injections.enter(Trial::golden);
        work_.checks += injections.checks();
        return tallies;
    }

    const network::Network& network_;
    Method method_;
    MemoryPlan plan_;
    bool confusion_;
    std::function<void()> after_trial_;
    Work work_;
    std::optional<Resumed> resumed_;
};

Evaluator::Evaluator(const network::Network& network, Settings settings, MemoryPlan plan,
                     std::function<void()> after_trial)
    : impl_(std::make_unique<Impl>(network, std::move(settings), std::move(plan),
                                   std::move(after_trial))) {}
Evaluator::~Evaluator() = default;

std::vector<Tally> Evaluator::measure(const dataset::Block& block,
                                      const dataset::Preprocessing& preprocessing,
                                      std::span<const Trial> trials,
                                      std::span<const std::int32_t> checked) {
    return impl_->measure(block, preprocessing, trials, checked);
}

Tally Evaluator::measure_golden(const dataset::Block& block,
                                const dataset::Preprocessing& preprocessing) {
    return impl_->measure_golden(block, preprocessing);
}

const Work& Evaluator::work() const { return impl_->work(); }
const MemoryPlan& Evaluator::plan() const { return impl_->plan(); }

core::Section options(Settings& settings) {
    return {
        "evaluation",
        {core::option("evaluation", settings.method,
                      "resume trials where faults strike, or pass over the whole network each time",
                      std::vector<std::pair<std::string, Method>>{{"resumed", Method::resumed},
                                                                  {"whole", Method::whole}}),
         core::option("block", settings.tiers.block,
                      "compute only the block of output channels that a fault strikes"),
         core::option("drop", settings.tiers.drop, "drop images that faults leave unchanged"),
         core::option("stack", settings.tiers.stack,
                      "finish several trials' remaining images in one batch"),
         core::option("batch", settings.batch,
                      "images in a forward pass (part of a campaign's identity); 0: what memory "
                      "allows",
                      core::Range<int>{0, 65'536}),
         core::option("memory", settings.memory,
                      "budget on the device, such as 8GiB; auto: a safe share", "SIZE"),
         core::option("verify", settings.verify,
                      "share of trials that the reference measures again, besides one of each kind",
                      core::Range<double>{0, 1}),
         core::option("confusion", settings.confusion,
                      "count which class was taken for which other"),
         core::option("threads", settings.threads, "CPU threads; 0: one for each core",
                      core::Range<int>{0, 1024})}};
}

}  // namespace faultline::evaluation
