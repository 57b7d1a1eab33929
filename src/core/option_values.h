#pragma once

#include <faultline/core/json.h>
#include <faultline/core/options.h>
#include <string>
#include <vector>

/// A flag's text becomes JSON first (a number where it is one, else as it stands), and the check of
/// the JSON value is the only check there is: flag and config file accept and refuse the same
/// values.
namespace faultline::core {

/// A flag's text as JSON. What doesn't read as wanted stays a text, for the check to refuse.
Json switch_from(const std::string& text);
Json integer_from(const std::string& text);
Json real_from(const std::string& text);
Json text_from(const std::string& text);
Json texts_from(const std::string& text);  ///< separated by commas
Json reals_from(const std::string& text);

/// Throws Error(usage): "KEY: VALUE is not EXPECTED".
[[noreturn]] void refuse(const std::string& key, const Json& value, const std::string& expected);

/// The value of a field, or Error(usage) naming key, value and what would do (`otherwise` is
/// appended).
bool switch_value(const std::string& key, const Json& value);
std::string text_value(const std::string& key, const Json& value);
template <class Number>
Number integer_value(const std::string& key, const Json& value, const Range<Number>& range,
                     const std::string& otherwise = "");
double real_value(const std::string& key, const Json& value, const Range<double>& range,
                  const std::string& otherwise = "");
std::vector<std::string> text_values(const std::string& key, const Json& value);
std::vector<double> real_values(const std::string& key, const Json& value, std::size_t exactly);
/// Numbers, or texts such as "0-22,30", or a list of both; as given, repeats included.
std::vector<int> integer_values(const std::string& key, const Json& value, const Range<int>& range);

/// The parts of `text` between commas; none when it is empty.
std::vector<std::string> split(const std::string& text);

}  // namespace faultline::core
