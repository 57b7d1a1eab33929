#include <faultline/core/json.h>
#include <faultline/core/xml.h>

namespace faultline::core {

namespace {

/// U+FFFE and U+FFFF are valid UTF-8 but no characters of XML.
std::string without_noncharacters(std::string text) {
    for (const std::string_view wrong : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
        for (auto at = text.find(wrong); at != std::string::npos; at = text.find(wrong, at))
            text.replace(at, wrong.size(), "?");
    return text;
}

}  // namespace

std::string as_utf8(std::string_view text) {
    const auto quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    return Json::parse(quoted).get<std::string>();
}

std::string xml_text(std::string_view text) {
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

}  // namespace faultline::core
