#include "markup.h"

#include <faultline/core/xml.h>

#include <algorithm>
#include <array>

namespace faultline::page {
namespace {

/// They have no content, and HTML closes them itself.
bool is_void(std::string_view tag) {
    constexpr std::array<std::string_view, 4> tags = {"meta", "br", "link", "input"};
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

}  // namespace

Markup Markup::verbatim(std::string_view own) { return Markup(std::string(own)); }

Markup text(std::string_view foreign) { return Markup(core::xml_text(foreign)); }

Markup element(std::string_view tag, const Attributes& attributes, const Markup& content) {
    std::string result = "<";
    result += tag;
    for (const auto& [name, value] : attributes)
        result += " " + name + "=\"" + core::xml_text(value) + "\"";
    result += ">";
    if (is_void(tag)) return Markup(std::move(result));
    result += content.str();
    result += "</";
    result += tag;
    result += ">";
    return Markup(std::move(result));
}

Markup element(std::string_view tag, const Attributes& attributes, std::string_view foreign) {
    return element(tag, attributes, text(foreign));
}

}  // namespace faultline::page
