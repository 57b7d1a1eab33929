#include "drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace faultline::page {
namespace {

Attributes with(Attributes first, const Attributes& more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

/// 1, 2 or 5 times a power of ten: the smallest such that is at least `least`.
double round_step(double least) {
    const auto power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= least * (1 - 1e-9)) return factor * power;
    return 10 * power;
}

/// And 0 where the axis begins there; `least` is the smallest number above it.
std::vector<double> powers_of_ten(double low, double high, double least) {
    std::vector<double> ticks;
    if (low <= 0) ticks.push_back(0);
    const auto last = std::log10(high) + 1e-9;
    for (auto power = std::ceil(std::log10(least) - 1e-9); power <= last; ++power)
        ticks.push_back(std::pow(10.0, power));
    return ticks;
}

}  // namespace

std::string pixels(double value) {
    auto text = fmt::format("{:.1f}", value);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
}

std::string share(double value) { return fmt::format("{:.4f}", value); }

std::string grouped(std::uint64_t count) {
    auto text = std::to_string(count);
    for (auto at = std::ssize(text) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string shortened(const std::string& name, std::size_t most) {
    if (name.size() <= most) return name;
    auto begin = name.size() - most + 3;
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(name[at]) & 0xC0U) == 0x80U;
    };
    while (begin < name.size() && continues(begin)) ++begin;
    return "..." + name.substr(begin);
}

Markup line(const Spot& from, const Spot& to, const Attributes& attributes) {
    return element("line", with({{"x1", pixels(from.x)},
                                 {"y1", pixels(from.y)},
                                 {"x2", pixels(to.x)},
                                 {"y2", pixels(to.y)}},
                                attributes));
}

Markup circle(const Spot& centre, double radius, const Attributes& attributes,
              const Markup& content) {
    return element("circle",
                   with({{"cx", pixels(centre.x)}, {"cy", pixels(centre.y)}, {"r", pixels(radius)}},
                        attributes),
                   content);
}

Markup rectangle(const Spot& corner, const Size& size, const Attributes& attributes,
                 const Markup& content) {
    return element("rect",
                   with({{"x", pixels(corner.x)},
                         {"y", pixels(corner.y)},
                         {"width", pixels(size.width)},
                         {"height", pixels(size.height)}},
                        attributes),
                   content);
}

Markup caption(const Spot& spot, std::string_view anchor, std::string_view words,
               const std::string& classes) {
    Attributes attributes = {
        {"x", pixels(spot.x)}, {"y", pixels(spot.y)}, {"text-anchor", std::string(anchor)}};
    if (!classes.empty()) attributes.push_back({"class", classes});
    return element("text", attributes, words);
}

std::string points_attribute(const std::vector<Spot>& spots) {
    std::string points;
    for (const auto& spot : spots)
        points += (points.empty() ? "" : " ") + pixels(spot.x) + "," + pixels(spot.y);
    return points;
}

Markup drawing(const Size& size, std::string_view title, std::string_view description,
               const Markup& content, const std::string& role) {
    return element("svg",
                   {{"xmlns", "http://www.w3.org/2000/svg"},
                    {"viewBox", fmt::format("0 0 {} {}", pixels(size.width), pixels(size.height))},
                    {"width", pixels(size.width)},
                    {"height", pixels(size.height)},
                    {"role", role},
                    {"tabindex", "0"},
                    {"aria-label", std::string(title)}},
                   element("desc", {}, description) + content);
}

Markup figure(const Figure& figure) {
    const auto box = element("div", {{"class", "scroll"}}, figure.drawing);
    return element(
        "figure", {{"id", figure.id}},
        element("h3", {}, figure.heading) + box + element("figcaption", {}, figure.words));
}

double Axis::place(double value) const {
    if (high == low) return (from + to) / 2;
    const auto part = logarithmic ? std::log((std::max(value, low) + offset) / (low + offset)) /
                                        std::log((high + offset) / (low + offset))
                                  : (value - low) / (high - low);
    return from + part * (to - from);
}

std::vector<double> Axis::ticks(int count) const {
    if (high <= low) return {low};
    if (logarithmic) return powers_of_ten(low, high, low > 0 ? low : offset);
    const auto step = round_step((high - low) / count);
    const auto first = std::ceil(low / step - 1e-9);
    std::vector<double> ticks;
    for (int i = 0; i <= 2 * count; ++i) {  // where numbers are huge, adding one may change nothing
        const auto tick = (first + i) * step + 0.0;  // no negative zero
        if (!(tick <= high + step * 1e-9)) break;
        ticks.push_back(tick);
    }
    return ticks;
}

Markup grid(const Axis& x, const Axis& y, int count) {
    Markup lines;
    for (const auto tick : y.ticks(count)) {
        const auto at = y.place(tick);
        lines += line({x.from, at}, {x.to, at}, {{"class", "grid"}});
        lines += caption({x.from - 8, at + 4}, "end", fmt::format("{:g}", tick));
    }
    return lines;
}

Markup mean_mark(const Mean& mean) {
    const auto number = mean.entry.number(mean.path + ".mean");
    if (!number) return {};
    Markup mark;
    const auto low = mean.entry.number(mean.path + ".interval.low");
    const auto high = mean.entry.number(mean.path + ".interval.high");
    if (low && high)
        mark +=
            line({mean.spot.x, mean.y.place(low->value)}, {mean.spot.x, mean.y.place(high->value)},
                 {{"class", "interval " + mean.classes}});
    auto attributes = number->attributes();
    attributes.push_back({"class", "mean " + mean.classes});
    attributes.push_back({"data-tip", mean.tip});
    return mark + circle(mean.spot, 4, attributes);
}

std::string written(double value, Shown shown) {
    switch (shown) {
        case Shown::share:
            return share(value);
        case Shown::count:
            return grouped(static_cast<std::uint64_t>(value));
        case Shown::real:
            return fmt::format("{:.3g}", value);
        case Shown::percent:
            return fmt::format("{:.3g} %", 100 * value);
    }
    return {};
}

Markup value(const std::optional<Number>& number, Shown shown) {
    if (!number) return element("span", {{"class", "none"}}, "–");
    return element("span", number->attributes(), written(number->value, shown));
}

Markup with_interval(const Entry& entry, const std::string& path, Shown shown) {
    auto told = value(entry.number(path + ".mean"), shown);
    const auto low = entry.number(path + ".interval.low");
    const auto high = entry.number(path + ".interval.high");
    if (low && high)
        told += text(" (") + value(low, shown) + text(" to ") + value(high, shown) + text(")");
    return told;
}

std::string told_with_interval(const Entry& entry, const std::string& path, Shown shown) {
    const auto mean = entry.number(path + ".mean");
    if (!mean) return "no data";
    const auto low = entry.number(path + ".interval.low");
    const auto high = entry.number(path + ".interval.high");
    if (!low || !high) return written(mean->value, shown);
    return fmt::format("{} ({} to {})", written(mean->value, shown), written(low->value, shown),
                       written(high->value, shown));
}

}  // namespace faultline::page
