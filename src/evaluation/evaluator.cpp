#include <faultline/evaluation/evaluator.h>

#include <ATen/ATen.h>

namespace faultline::evaluation {
namespace {

std::vector<float> on_host(const at::Tensor& logits) {
    const auto host = logits.to(at::kCPU).contiguous();
    return {host.data_ptr<float>(), host.data_ptr<float>() + host.numel()};
}

void add(InjectionChecks& sum, const InjectionChecks& checks) {
    sum.words_read_back += checks.words_read_back;
    sum.words_restored += checks.words_restored;
}

}  // namespace

Evaluator::Evaluator(std::function<void()> after_trial) : after_trial_(std::move(after_trial)) {}

std::vector<Tally> Evaluator::measure(const Variant& variant, const dataset::Block& block,
                                      const dataset::Preprocessing& preprocessing,
                                      std::span<const Trial> trials) {
    const auto& network = variant.network;
    const auto images = normalise(block, preprocessing, network.device());
    const auto golden = on_host(network.forward(images));
    const auto macs = network.description().macs() * block.count;
    std::vector<Tally> tallies;
    for (std::size_t index = 0; index < trials.size(); ++index) {
        Injection injection(network, effects(trials, static_cast<std::int32_t>(index)));
        const auto logits = on_host(network.forward(images));
        injection.restore();
        // From here on the weights are golden again.
        tallies.push_back(compare(logits, golden, block.labels));
        add(work_.checks, injection.checks());
        work_.macs_done += macs;
        work_.macs_whole += macs;
        ++work_.trials;
        after_trial_();
    }
    return tallies;
}

Tally measure_golden(const Variant& variant, const dataset::Block& block,
                     const dataset::Preprocessing& preprocessing) {
    const auto images = normalise(block, preprocessing, variant.network.device());
    const auto golden = on_host(variant.network.forward(images));
    return compare(golden, golden, block.labels);
}

core::Section options(Settings& settings) {
    return {"evaluation",
            {core::option("evaluation", settings.method, "how trials are measured",
                          std::vector<std::pair<std::string, Method>>{{"whole", Method::whole}}),
             core::option("batch", settings.batch,
                          "images in a forward pass (part of a campaign's identity)",
                          core::Range<int>{1, 65'536}),
             core::option("threads", settings.threads, "CPU threads; 0: one for each core",
                          core::Range<int>{0, 1024})}};
}

}  // namespace faultline::evaluation
