#include <faultline/cli/cli.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "flags.h"
#include "interrupt.h"
#include "subcommands.h"
#include "version.h"

namespace faultline::cli {
namespace {

struct Subcommand {
    const char* name;
    const char* help;
    Action (*add)(CLI::App& app);
};

constexpr Subcommand subcommands[] = {
    {"run", "run a test: flip bits in the weights, measure accuracy, write a result", add_run},
    {"evaluate", "measure accuracy without faults", add_evaluate},
    {"inspect", "show a model's layers, weights and what can be done with it", add_inspect},
    {"replay", "measure one trial of a result again and compare every count", add_replay},
};

constexpr const char* exit_codes =
    "Exit codes: 0 done, 1 a gate failed, 2 usage or config, 3 bad model, images or labels,\n"
    "4 integrity or internal failure, 130 interrupted.\n"
    "A model file is a program: loading one runs its code. Use only files you trust.";

[[noreturn]] void refuse_unknown_subcommand(const CLI::App& app) {
    const auto left = app.remaining();
    if (left.empty()) throw core::Error(core::Fault::usage, "no subcommand; see faultline --help");
    std::vector<std::string> names;
    for (const auto& subcommand : subcommands) names.emplace_back(subcommand.name);
    const auto near = core::nearest(left.front(), names);
    const auto hint = near.empty() ? "see faultline --help" : fmt::format("did you mean {}?", near);
    throw core::Error(core::Fault::usage,
                      fmt::format("no subcommand '{}'; {}", left.front(), hint));
}

ExitCode parse_and_act(int argc, const char* const* argv) {
    CLI::App app("How many flipped bits does a neural network survive, and which ones kill it?",
                 "faultline");
    app.set_version_flag("--version", fmt::format("faultline {} ({})", version(), commit()));
    app.footer(exit_codes);
    app.allow_extras();
    std::map<const CLI::App*, Action> actions;
    for (const auto& subcommand : subcommands) {
        auto* added = app.add_subcommand(subcommand.name, subcommand.help);
        actions[added] = subcommand.add(*added);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            app.exit(error);
            return ExitCode::done;
        }
        throw core::Error(core::Fault::usage, error.what());
    }
    const auto chosen = app.get_subcommands();
    if (chosen.empty()) refuse_unknown_subcommand(app);
    return actions.at(chosen.front())();
}

ExitCode complain(ExitCode code, const std::string& message) {
    fmt::print(stderr, "faultline: {}\n", message);
    return code;
}

}  // namespace

int run(int argc, const char* const* argv) {
    const auto act = [&]() -> ExitCode {
        try {
            return parse_and_act(argc, argv);
        } catch (const core::Error& error) {
            return complain(exit_code(error.fault()), error.what());
        } catch (const Interrupted&) {
            return complain(ExitCode::interrupted, "interrupted; nothing was written");
        } catch (const std::bad_alloc&) {
            return complain(ExitCode::integrity, "out of memory; a smaller --batch needs less");
        } catch (const std::exception& error) {
            return complain(ExitCode::integrity, fmt::format("internal failure: {}", error.what()));
        }
    };
    return static_cast<int>(act());
}

}  // namespace faultline::cli
