#include <faultline/report/tests.h>
#include <fmt/format.h>

#include <faultline/core/xml.h>
#include <algorithm>

namespace faultline::report {

namespace {

std::ptrdiff_t failures(std::span<const TestCase> cases) {
    return std::count_if(cases.begin(), cases.end(), [](const auto& test) { return !test.pass; });
}

std::string row(const TestCase& test) {
    return fmt::format("| {} | {} | {} | {} |\n", test.pass ? "pass" : "**fail**", test.kind,
                       markdown_cell(test.name), markdown_cell(test.told));
}

}  // namespace

std::vector<TestCase> test_cases(std::span<const Verdict> verdicts) {
    std::vector<TestCase> cases;
    for (const auto& verdict : verdicts)
        cases.push_back({"gate", name_of(verdict), told(verdict), verdict.pass});
    return cases;
}

std::string junit(const std::string& suite, std::span<const TestCase> cases) {
    auto text = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">\n",
        core::xml_text(suite), cases.size(), failures(cases));
    for (const auto& test : cases) {
        text += fmt::format("<testcase classname=\"{}.{}\" name=\"{}\"", core::xml_text(suite),
                            core::xml_text(test.kind), core::xml_text(test.name));
        text += test.pass ? fmt::format("><system-out>{}</system-out></testcase>\n",
                                        core::xml_text(test.told))
                          : fmt::format("><failure message=\"{}\"/></testcase>\n",
                                        core::xml_text(test.told));
    }
    return text + "</testsuite>\n</testsuites>\n";
}

std::string markdown_cell(std::string_view text) {
    constexpr std::string_view markup = "\\|`*_{}[]<>#~!&$@";
    std::string result;
    for (const char letter : core::as_utf8(text)) {
        if (static_cast<unsigned char>(letter) < 0x20) {
            result += ' ';
            continue;
        }
        if (markup.find(letter) != std::string_view::npos) result += '\\';
        result += letter;
    }
    return result;
}

std::string markdown(const std::string& title, std::span<const TestCase> cases) {
    auto text = fmt::format("## {}\n\n{} of {} checks failed.\n\n", markdown_cell(title),
                            failures(cases), cases.size());
    text += "| | what | name | came to |\n|---|---|---|---|\n";
    for (const bool pass : {false, true})
        for (const auto& test : cases)
            if (test.pass == pass) text += row(test);
    return text;
}

}  // namespace faultline::report
