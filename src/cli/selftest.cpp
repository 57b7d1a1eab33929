// Proof, on the user's own machine, that what campaigns rely on holds there.

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "bookkeeping.h"
#include "common.h"
#include "interrupt.h"
#include "selftest_checks.h"
#include "subcommands.h"
#include "version.h"

namespace faultline::cli {
namespace {

struct SelftestOptions {
    Common common;
    bool json = false;
};

void print_text(const std::vector<Check>& checks, const Session& session) {
    fmt::print("{} on {}, LibTorch {}\n", session.network.description().path,
               session.environment.at("device").dump(),
               session.environment.at("libtorch").get<std::string>());
    for (const auto& check : checks)
        fmt::print("{}  {:<22}  {}\n", check.pass ? "pass" : "FAIL", check.name, check.detail);
}

void print_json(const std::vector<Check>& checks, const Session& session) {
    core::Json json = {{"kind", "selftest"},
                       {"tool", {{"version", version()}, {"commit", commit()}}},
                       {"finished", utc_now()},
                       {"environment", session.environment},
                       {"model_sha256", session.network.description().model_sha256},
                       {"format", session.network.description().format()},
                       {"images", describe_images(session.images)},
                       {"checks", core::Json::array()}};
    for (const auto& check : checks)
        json["checks"].push_back(
            {{"name", check.name}, {"pass", check.pass}, {"detail", check.detail}});
    fmt::print("{}", core::to_text(json));
}

ExitCode selftest_command(SelftestOptions& options) {
    const SignalScope signals;
    auto& settings = options.common.settings;
    const auto session = open_session(settings, load_network(settings), options.common.progress);
    const auto checks = selftest(session);
    if (options.json) {
        print_json(checks, session);
    } else {
        print_text(checks, session);
    }
    const bool pass = std::ranges::all_of(checks, &Check::pass);
    return pass ? ExitCode::done : ExitCode::integrity;
}

}  // namespace

Action add_selftest(CLI::App& app) {
    auto options = std::make_shared<SelftestOptions>();
    const core::Section own = {
        "selftest", {core::option("json", options->json, "print JSON, to be kept beside results")}};
    options->common.add_to(app,
                           {{"network", "dataset", "evaluation", "cache"}, {"quantized"}, own});
    return [options, &app] {
        options->common.begin(app);
        options->common.fill_settings();
        return selftest_command(*options);
    };
}

}  // namespace faultline::cli
