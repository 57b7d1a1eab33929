// The expression is read from left to right by one cursor, so that whatever is wrong has a place in
// it. What a statistic is, is one row of a table; what it is called inside a result is the report's
// business.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <faultline/campaign/gate.h>
#include <faultline/core/error.h>
#include <faultline/core/options.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "selection.h"

namespace faultline::campaign {

namespace {

using Comparison = Gate::Comparison;

/// Which intervals a statistic ever has.
enum class Has { interval, no_interval };

struct Statistic {
    std::string_view name;
    Has interval;
    double least;  ///< no value lies below
    bool of_comparison = false;
};

constexpr std::array statistics = {Statistic{"top1", Has::interval, 0},
                                   Statistic{"top5", Has::no_interval, 0},
                                   Statistic{"paired_drop", Has::interval, -1},
                                   Statistic{"over_one_point", Has::interval, 0},
                                   Statistic{"collapse", Has::interval, 0},
                                   Statistic{"masked", Has::interval, 0},
                                   Statistic{"benign", Has::interval, 0},
                                   Statistic{"sdc1", Has::interval, 0},
                                   Statistic{"sdc5", Has::interval, 0},
                                   Statistic{"nonfinite", Has::interval, 0},
                                   Statistic{"critical", Has::interval, 0},
                                   Statistic{"drop_per_error", Has::no_interval, -1},
                                   Statistic{"top1_change", Has::interval, -1, true}};

const std::vector<std::string> ends = {"low",      "high", "mean", "min", "max", "sd",
                                       "image_sd", "p05",  "p25",  "p50", "p75", "p95"};

constexpr std::array<std::pair<std::string_view, Comparison>, 4> comparisons = {
    {{">=", Comparison::at_least},
     {"<=", Comparison::at_most},
     {">", Comparison::above},
     {"<", Comparison::below}}};

const Statistic* find_statistic(std::string_view name) {
    const auto found = std::find_if(statistics.begin(), statistics.end(),
                                    [&](const auto& row) { return row.name == name; });
    return found == statistics.end() ? nullptr : &*found;
}

bool is_blank(char letter) { return letter == ' ' || letter == '\t'; }
bool is_name(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
}

bool is_lower_bound(Comparison comparison) {
    return comparison == Comparison::at_least || comparison == Comparison::above;
}

class Cursor {
 public:
    Cursor(const std::string& text, const std::string& source) : text_(text), source_(source) {}

    std::size_t place() const { return place_; }

    void skip_blanks() {
        while (place_ < text_.size() && is_blank(text_[place_])) ++place_;
    }

    /// As many letters as `belongs` takes.
    template <class Predicate>
    std::string take(Predicate belongs) {
        const auto begin = place_;
        while (place_ < text_.size() && belongs(text_[place_])) ++place_;
        return text_.substr(begin, place_ - begin);
    }

    bool take_text(std::string_view wanted) {
        if (text_.compare(place_, wanted.size(), wanted) != 0) return false;
        place_ += wanted.size();
        return true;
    }

    std::optional<double> take_number() {
        double number = 0;
        const auto* begin = text_.data() + place_;
        const auto read = std::from_chars(begin, text_.data() + text_.size(), number);
        if (read.ec != std::errc() || !std::isfinite(number)) return std::nullopt;
        place_ += static_cast<std::size_t>(read.ptr - begin);
        return number;
    }

    bool at_end() const { return place_ == text_.size(); }

    [[noreturn]] void refuse(const std::string& message) const { refuse(message, place_); }
    [[noreturn]] void refuse(const std::string& message, std::size_t place) const {
        throw core::SyntaxError(fmt::format("{}: '{}': {}", source_, text_, message), text_, place);
    }

 private:
    const std::string& text_;
    const std::string& source_;
    std::size_t place_ = 0;
};

std::string take_key(Cursor& cursor) {
    const auto begin = cursor.place();
    if (!cursor.take_text("\"")) {
        auto key = cursor.take([](char letter) { return !is_blank(letter); });
        if (!key.empty()) return key;
        cursor.refuse("the key of a point belongs here, such as indexed/float32/bit=30");
    }
    auto key = cursor.take([](char letter) { return letter != '"'; });
    if (!cursor.take_text("\"")) cursor.refuse("the quotes that begin here never end", begin);
    if (key.empty()) cursor.refuse("there is no key between the quotes", begin);
    return key;
}

/// "no statistic 'top2'; did you mean top1?", or what there is.
std::string unknown(const std::string& what, const std::string& name,
                    const std::vector<std::string>& known) {
    const auto near = core::nearest(name, known);
    return fmt::format("{} '{}'; {}", what, name,
                       near.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                                    : fmt::format("did you mean {}?", near));
}

const Statistic& take_statistic(Cursor& cursor, Gate& gate) {
    const auto begin = cursor.place();
    gate.statistic = cursor.take(is_name);
    if (gate.statistic.empty())
        cursor.refuse("a statistic belongs here, such as top1 or paired_drop.high");
    const auto* found = find_statistic(gate.statistic);
    if (found == nullptr)
        cursor.refuse(unknown("no statistic", gate.statistic, statistic_names()), begin);
    return *found;
}

void take_end(Cursor& cursor, Gate& gate) {
    gate.end_is_implied = !cursor.take_text(".");
    if (gate.end_is_implied) return;
    const auto begin = cursor.place();
    gate.end = cursor.take(is_name);
    if (std::find(ends.begin(), ends.end(), gate.end) == ends.end())
        cursor.refuse(unknown("no end", gate.end, ends), begin);
}

Comparison take_comparison(Cursor& cursor) {
    for (const auto& [text, comparison] : comparisons)
        if (cursor.take_text(text)) return comparison;
    cursor.refuse("one of >=, >, <=, < belongs here");
}

double take_bound(Cursor& cursor, const Statistic& statistic) {
    const auto begin = cursor.place();
    const auto bound = cursor.take_number();
    if (!bound) cursor.refuse("a number belongs here, such as 0.5");
    if (*bound >= statistic.least && *bound <= 1) return *bound;
    cursor.refuse(
        fmt::format("{} lies in [{}, 1]: shares, not per cent", statistic.name, statistic.least),
        begin);
}

/// A bare statistic means its interval, at the end that is nearer to failing.
void imply_end(const Cursor& cursor, std::size_t place, const Statistic& statistic, Gate& gate) {
    if (!gate.end_is_implied) return;
    if (statistic.interval == Has::no_interval)
        cursor.refuse(fmt::format("{0} has no interval; say {0}.mean", statistic.name), place);
    gate.end = is_lower_bound(gate.comparison) ? "low" : "high";
}

}  // namespace

Gate parse_gate(const std::string& expression, const std::string& source) {
    Gate gate;
    gate.expression = expression;
    Cursor cursor(expression, source);
    cursor.skip_blanks();
    gate.key = take_key(cursor);
    cursor.skip_blanks();
    const auto& statistic = take_statistic(cursor, gate);
    take_end(cursor, gate);
    const auto after_statistic = cursor.place();
    cursor.skip_blanks();
    gate.comparison = take_comparison(cursor);
    imply_end(cursor, after_statistic, statistic, gate);
    cursor.skip_blanks();
    gate.bound = take_bound(cursor, statistic);
    cursor.skip_blanks();
    if (!cursor.at_end()) cursor.refuse("the expression should end here");
    return gate;
}

bool covers(const Gate& gate, const std::string& key) {
    return gate.key == key || matches(gate.key, key);
}

bool keeps(const Gate& gate, double observed) {
    switch (gate.comparison) {
        case Comparison::at_least:
            return observed >= gate.bound;
        case Comparison::above:
            return observed > gate.bound;
        case Comparison::at_most:
            return observed <= gate.bound;
        case Comparison::below:
            return observed < gate.bound;
    }
    return false;
}

std::string sign(Comparison comparison) {
    const auto found = std::find_if(comparisons.begin(), comparisons.end(),
                                    [&](const auto& row) { return row.second == comparison; });
    return std::string(found->first);
}

bool is_of_comparison(const std::string& statistic) {
    const auto* found = find_statistic(statistic);
    return found != nullptr && found->of_comparison;
}

std::vector<std::string> statistic_names() {
    std::vector<std::string> names;
    for (const auto& row : statistics) names.emplace_back(row.name);
    return names;
}

}  // namespace faultline::campaign
