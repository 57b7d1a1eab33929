#include "fault_list.h"

#include "interrupt.h"

namespace faultline::cli {

std::vector<evaluation::WordChange> added_changes(const std::vector<evaluation::Trial>& trials,
                                                  std::size_t index,
                                                  evaluation::GoldenWords& words) {
    const auto all = words.predict(evaluation::effects(trials, static_cast<std::int32_t>(index)));
    return {all.end() - std::ssize(trials[index].added), all.end()};
}

FaultList list_faults(const campaign::Plan& plan, const network::Network& network, int run_count) {
    FaultList list;
    evaluation::GoldenWords words(network);
    for (int run = 0; run < run_count; ++run) {
        const auto& trials =
            list.trials.emplace_back(campaign::trials(plan, network.description(), run));
        auto& changes = list.changes.emplace_back();
        for (std::size_t index = 0; index < trials.size(); ++index) {
            changes.push_back(added_changes(trials, index, words));
        }
        stop_if_interrupted();
    }
    return list;
}

}  // namespace faultline::cli
