#pragma once

#include <faultline/evaluation/injection.h>
#include <faultline/evaluation/trial.h>
#include <faultline/evaluation/work.h>

#include <memory>
#include <span>
#include <vector>

namespace faultline::evaluation {

/// The faults of one trial and of its ancestors, one scope on another. Going from a trial to its
/// child writes only what the child adds. The weights are golden again when it is destroyed.
class InjectionStack {
 public:
    InjectionStack(const network::Network& network, std::span<const Trial> trials);
    ~InjectionStack();
    InjectionStack(const InjectionStack&) = delete;
    InjectionStack& operator=(const InjectionStack&) = delete;

    /// From here on the weights are those of trial `index` (Trial::golden: golden). Throws
    /// Error(integrity) when words don't read back or restore.
    void enter(std::int32_t index);

    const InjectionChecks& checks() const { return checks_; }

 private:
    void leave_last();

    const network::Network& network_;
    std::span<const Trial> trials_;
    std::vector<std::int32_t> entered_;
    std::vector<std::unique_ptr<Injection>> scopes_;
    InjectionChecks checks_;
};

}  // namespace faultline::evaluation
