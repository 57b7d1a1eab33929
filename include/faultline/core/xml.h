#pragma once

#include <string>
#include <string_view>

namespace faultline::core {

/// What is no UTF-8 becomes U+FFFD.
std::string as_utf8(std::string_view text);

/// `text` as it stands in an element or in a quoted attribute of XML or HTML: nothing in it is
/// markup. What XML 1.0 can't say becomes '?', bytes that are no UTF-8 become U+FFFD, ends of lines
/// and tabulators become blanks.
std::string xml_text(std::string_view text);

}  // namespace faultline::core
