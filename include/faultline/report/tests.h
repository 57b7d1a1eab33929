#pragma once

#include <faultline/report/gates.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Verdicts as the files that continuous integration shows: JUnit's XML and Markdown.
namespace faultline::report {

/// One check, by whatever it was made.
struct TestCase {
    std::string kind;  ///< "gate", "point"
    std::string name;
    std::string told;  ///< what it came to
    bool pass = true;
};

std::vector<TestCase> test_cases(std::span<const Verdict> verdicts);

/// Well-formed whatever the names hold: what XML 1.0 can't say becomes '?', bytes that are no UTF-8
/// become U+FFFD.
std::string junit(const std::string& suite, std::span<const TestCase> cases);

/// A heading, then a table with the failures first.
std::string markdown(const std::string& title, std::span<const TestCase> cases);

/// A cell of a Markdown table: one line, nothing in it is markup.
std::string markdown_cell(std::string_view text);

}  // namespace faultline::report
