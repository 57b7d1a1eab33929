#include <faultline/report/tests.h>
#include <fmt/format.h>

#include <faultline/core/json.h>
#include <algorithm>

namespace faultline::report {

namespace {

/// As UTF-8: what is none becomes U+FFFD.
std::string as_utf8(std::string_view text) {
    const auto quoted = core::Json(text).dump(-1, ' ', false, core::Json::error_handler_t::replace);
    return core::Json::parse(quoted).get<std::string>();
}

/// U+FFFE and U+FFFF are valid UTF-8 but no characters of XML.
std::string without_noncharacters(std::string text) {
    for (const std::string_view wrong : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
        for (auto at = text.find(wrong); at != std::string::npos; at = text.find(wrong, at))
            text.replace(at, wrong.size(), "?");
    return text;
}

std::string xml(std::string_view text) {
    std::string result;
    for (const char letter : without_noncharacters(as_utf8(text))) {
        switch (letter) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\n':
            case '\t':
                result += ' ';
                break;
            default:
                result += static_cast<unsigned char>(letter) < 0x20 ? '?' : letter;
        }
    }
    return result;
}

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
        xml(suite), cases.size(), failures(cases));
    for (const auto& test : cases) {
        text += fmt::format("<testcase classname=\"{}.{}\" name=\"{}\"", xml(suite), xml(test.kind),
                            xml(test.name));
        text += test.pass ? fmt::format("><system-out>{}</system-out></testcase>\n", xml(test.told))
                          : fmt::format("><failure message=\"{}\"/></testcase>\n", xml(test.told));
    }
    return text + "</testsuite>\n</testsuites>\n";
}

std::string markdown_cell(std::string_view text) {
    constexpr std::string_view markup = "\\|`*_{}[]<>#~!&$@";
    std::string result;
    for (const char letter : as_utf8(text)) {
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
