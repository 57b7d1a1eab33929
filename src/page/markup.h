#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::page {

struct Attribute {
    std::string name;
    std::string value;
};
using Attributes = std::vector<Attribute>;

/// Finished markup. Foreign text gets in through `text` and attributes alone, which escape it, so
/// that no name can become an element.
class Markup {
 public:
    Markup() = default;

    const std::string& str() const { return text_; }
    bool empty() const { return text_.empty(); }
    Markup& operator+=(const Markup& other) {
        text_ += other.text_;
        return *this;
    }
    friend Markup operator+(Markup first, const Markup& second) { return first += second; }

    /// Markup as we wrote it ourselves: style sheet, script. Never of anything read from a file.
    static Markup verbatim(std::string_view own);

 private:
    explicit Markup(std::string text) : text_(std::move(text)) {}

    std::string text_;

    friend Markup text(std::string_view foreign);
    friend Markup element(std::string_view tag, const std::vector<Attribute>& attributes,
                          const Markup& content);
};

/// Nothing in it is markup.
Markup text(std::string_view foreign);

/// <tag name="value">content</tag>; void elements have no end.
Markup element(std::string_view tag, const Attributes& attributes, const Markup& content);
/// ... with text alone.
Markup element(std::string_view tag, const Attributes& attributes, std::string_view foreign = "");

}  // namespace faultline::page
