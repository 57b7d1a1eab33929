#include "interrupt.h"

#include <csignal>

namespace faultline::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

extern "C" void remember(int number) {
    interrupted = 1;
    std::signal(number, SIG_DFL);
}

}  // namespace

void catch_signals() {
    interrupted = 0;
    for (const int number : {SIGINT, SIGTERM, SIGUSR1}) std::signal(number, remember);
}

void stop_if_interrupted() {
    if (interrupted != 0) throw Interrupted();
}

}  // namespace faultline::cli
