#include "injection_stack.h"

#include <algorithm>

namespace faultline::evaluation {

InjectionStack::InjectionStack(const network::Network& network, std::span<const Trial> trials)
    : network_(network), trials_(trials) {}

InjectionStack::~InjectionStack() {
    // Last in, first out: a scope writes back what it found.
    while (!scopes_.empty()) scopes_.pop_back();
}

void InjectionStack::leave_last() {
    scopes_.back()->restore();
    checks_ += scopes_.back()->checks();
    scopes_.pop_back();
    entered_.pop_back();
}

void InjectionStack::enter(std::int32_t index) {
    std::vector<std::int32_t> line;
    for (auto trial = index; trial != Trial::golden;
         trial = trials_[static_cast<std::size_t>(trial)].parent)
        line.push_back(trial);
    std::reverse(line.begin(), line.end());
    const auto shared = std::mismatch(entered_.begin(), entered_.end(), line.begin(), line.end());
    const auto common = static_cast<std::size_t>(shared.first - entered_.begin());
    while (scopes_.size() > common) leave_last();
    for (auto next = shared.second; next != line.end(); ++next) {
        scopes_.push_back(
            std::make_unique<Injection>(network_, trials_[static_cast<std::size_t>(*next)].added));
        entered_.push_back(*next);
    }
}

}  // namespace faultline::evaluation
