#include "gates.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>

#include <filesystem>

namespace faultline::cli {
namespace {

namespace fs = std::filesystem;

/// Found before hours of work, not after them.
void require_folder_of(const std::string& file, const std::string& flag) {
    const auto folder = fs::path(file).parent_path();
    std::error_code ignored;
    if (folder.empty() || fs::is_directory(folder, ignored)) return;
    throw core::Error(
        core::Fault::usage,
        fmt::format("{}: {}: there is no folder {}; make it first", flag, file, folder.string()));
}

}  // namespace

core::Section options(GateSettings& settings) {
    return {"gates",
            {core::repeatable_option(
                 "gate", settings.gates,
                 "a bound that the result must keep, such as 'full/*/errors=50 top1.low >= 0.5': "
                 "exit code 1 where it doesn't; may be given several times",
                 "EXPR"),
             core::option("junit", settings.junit, "write each gate as a test of JUnit's XML there",
                          "FILE"),
             core::option("markdown", settings.markdown, "... and as a table of Markdown there",
                          "FILE")}};
}

std::vector<campaign::Gate> read_gates(const GateSettings& settings) {
    std::vector<campaign::Gate> gates;
    for (const auto& expression : settings.gates)
        gates.push_back(campaign::parse_gate(expression, "--gate"));
    require_folder_of(settings.junit, "--junit");
    require_folder_of(settings.markdown, "--markdown");
    return gates;
}

void require_judgeable(std::span<const campaign::Gate> gates, std::span<const campaign::Plan> plans,
                       const StoredNetworks& networks) {
    if (gates.empty() || plans.front().settings.test == campaign::Test::sample) return;
    std::vector<report::Planned> formats;
    for (std::size_t place = 0; place < plans.size(); ++place)
        formats.push_back({plans[place], networks.chosen()[place].description});
    const auto expected = report::expected_result(formats);
    report::require_values(report::judge(gates, expected), expected);
}

void write_tests(const GateSettings& settings, const std::string& title,
                 std::span<const report::TestCase> cases) {
    if (!settings.junit.empty()) core::write_file(settings.junit, report::junit(title, cases));
    if (!settings.markdown.empty())
        core::write_file(settings.markdown, report::markdown(title, cases));
}

ExitCode settle_gates(const GateSettings& settings, std::span<const campaign::Gate> gates,
                      const core::Json& result) {
    const auto verdicts = report::judge(gates, result);
    write_tests(settings, "faultline run", report::test_cases(verdicts));
    fmt::print("{}", report::verdicts_text(verdicts));
    report::require_values(verdicts, result);
    return report::all_pass(verdicts) ? ExitCode::done : ExitCode::gate_failed;
}

}  // namespace faultline::cli
