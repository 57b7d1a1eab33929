#include <faultline/cli/cli.h>
#include <faultline/evaluation/memory_plan.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "flags.h"
#include "help.h"
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
    {"plan", "tell what a campaign will take, and how many runs, images and trials to choose",
     add_plan},
    {"evaluate", "measure accuracy without faults", add_evaluate},
    {"inspect", "show a model's layers, weights and what can be done with it", add_inspect},
    {"quantize", "make a fixed-point copy of a float network", add_quantize},
    {"harden", "make a copy of a network that keeps its activations within ranges", add_harden},
    {"merge", "join the shards of a campaign into its result", add_merge},
    {"sweep", "list the cells of a sweep: campaigns over all combinations of settings", add_sweep},
    {"compare", "tell whether one result is worse than another", add_compare},
    {"report", "make a page with figures, a map of the network, and advice from results",
     add_report},
    {"collect", "make one table of the points of many results", add_collect},
    {"risk", "tell how probable a mission is to end below a level of accuracy", add_risk},
    {"selftest", "prove on this machine that what campaigns rely on holds", add_selftest},
    {"replay", "measure one trial of a result again and compare every count", add_replay},
};

constexpr const char* exit_codes =
    "Exit codes: 0 done, 1 a gate failed, 2 usage or config, 3 bad model, images or labels,\n"
    "4 integrity or internal failure, 75 interrupted (the same command goes on), 130 interrupted.\n"
    "A model file is a program: loading one runs its code. Use only files you trust.";

core::Error mistake(const std::string& message) { return {core::Fault::usage, message}; }

[[noreturn]] void refuse_unknown_subcommand(const CLI::App& app) {
    const auto left = app.remaining();
    if (left.empty()) throw mistake("no subcommand; see faultline --help");
    std::vector<std::string> names = {"--help", "--version"};
    for (const auto& subcommand : subcommands) names.emplace_back(subcommand.name);
    const auto near = core::nearest(left.front(), names);
    const auto hint = near.empty() ? "see faultline --help" : fmt::format("did you mean {}?", near);
    throw mistake(fmt::format("no subcommand '{}'; {}", left.front(), hint));
}

const CLI::App& chosen_subcommand(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    if (chosen.empty()) refuse_unknown_subcommand(app);
    const auto left = app.remaining();
    if (left.empty()) return *chosen.front();
    throw mistake(fmt::format("{} stands before the subcommand; write faultline {} {} ...",
                              left.front(), chosen.front()->get_name(), left.front()));
}

/// For CLI11, which takes the last first. "--labels=" gives the flag an empty value: CLI11 alone
/// would take the next word for it.
std::vector<std::string> words(int argc, const char* const* argv) {
    std::vector<std::string> reversed;
    for (int i = argc - 1; i > 0; --i) {
        const std::string word = argv[i];
        const bool empty_value = word.starts_with("--") && word.find('=') + 1 == word.size();
        if (empty_value) reversed.emplace_back();
        reversed.push_back(empty_value ? word.substr(0, word.size() - 1) : word);
    }
    return reversed;
}

core::Error reworded(const CLI::ParseError& error) {
    std::string text = error.what();
    const auto refused = text.find(" was given a disallowed flag override");
    if (refused == std::string::npos) return mistake(text);
    const auto given = text.substr(0, refused);
    const auto name = given.substr(given.starts_with("no-") ? 3 : 0);
    return mistake(
        fmt::format("--{}: takes no value; there are --{} and --no-{}", given, name, name));
}

ExitCode parse_and_act(int argc, const char* const* argv) {
    CLI::App app("How many flipped bits does a neural network survive, and which ones kill it?",
                 "faultline");
    app.formatter(std::make_shared<HelpFormatter>());
    app.set_version_flag("--version", fmt::format("faultline {} ({})", version(), commit()));
    app.footer(exit_codes);
    app.allow_extras();
    app.require_subcommand(0, 1);
    std::map<const CLI::App*, Action> actions;
    for (const auto& subcommand : subcommands) {
        auto* added = app.add_subcommand(subcommand.name, subcommand.help);
        actions[added] = subcommand.add(*added);
    }
    try {
        app.parse(words(argc, argv));
    } catch (const CLI::Success& asked) {
        std::ostringstream text;
        app.exit(asked, text, text);
        fmt::print("{}", text.str());
        return ExitCode::done;
    } catch (const CLI::ParseError& error) {
        throw reworded(error);
    }
    return actions.at(&chosen_subcommand(app))();
}

/// Where stderr can't be written, the exit code says what it can; fmt::print would throw.
ExitCode complain(ExitCode code, const std::string& message) {
    std::fputs(fmt::format("faultline: {}\n", core::one_line(message)).c_str(), stderr);
    return code;
}

/// LibTorch's messages run over many lines with a stack trace; the first line says it.
std::string first_line(const std::exception& error) {
    const std::string text = error.what();
    return text.substr(0, text.find('\n'));
}

/// What isn't ours: LibTorch, OpenCV, the standard library.
ExitCode complain_about(const std::exception& error) {
    const auto text = first_line(error);
    if (evaluation::is_out_of_memory(error)) {
        return complain(ExitCode::integrity,
                        "out of memory; a smaller --memory or --batch needs less");
    }
    if (dynamic_cast<const std::system_error*>(&error) != nullptr) {
        return complain(ExitCode::input, text);
    }
    return complain(ExitCode::integrity, fmt::format("internal failure: {}", text));
}

/// A full disk behind `faultline ... > file` must not pass for success.
void require_printed() {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
    throw core::Error(core::Fault::input,
                      fmt::format("stdout: cannot write: {}", std::strerror(errno)));
}

}  // namespace

int run(int argc, const char* const* argv) {
    const auto act = [&]() -> ExitCode {
        try {
            const auto code = parse_and_act(argc, argv);
            require_printed();
            return code;
        } catch (const core::SyntaxError& error) {
            const auto code = complain(exit_code(error.fault()), error.what());
            std::fputs(fmt::format("{}\n", error.excerpt()).c_str(), stderr);
            return code;
        } catch (const core::Error& error) {
            return complain(exit_code(error.fault()), error.what());
        } catch (const Resumable& stop) {
            return complain(ExitCode::resumable,
                            fmt::format("interrupted; {}; the same command goes on", stop.what()));
        } catch (const Interrupted&) {
            return complain(ExitCode::interrupted,
                            "interrupted; no result was written, and weights were changed in "
                            "memory only");
        } catch (const std::exception& error) {
            return complain_about(error);
        }
    };
    return static_cast<int>(act());
}

}  // namespace faultline::cli
