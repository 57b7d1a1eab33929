#include "interrupt.h"

namespace faultline::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

extern "C" void remember(int /*number*/) {
    interrupted = 1;
    for (const int number : SignalScope::signals) std::signal(number, SIG_DFL);
}

}  // namespace

SignalScope::SignalScope() {
    interrupted = 0;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        before_[i] = std::signal(signals[i], remember);
        if (before_[i] == SIG_IGN) std::signal(signals[i], SIG_IGN);
    }
}

SignalScope::~SignalScope() {
    for (std::size_t i = 0; i < signals.size(); ++i) std::signal(signals[i], before_[i]);
}

void stop_if_interrupted() {
    if (interrupted != 0) throw Interrupted();
}

}  // namespace faultline::cli
