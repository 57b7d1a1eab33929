#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "markup.h"
#include "stored.h"

/// What drawings are made of. Coordinates are CSS pixels, y downwards. Colours come from classes of
/// the page's style sheet, so that light and dark are one drawing.
namespace faultline::page {

/// A coordinate, to a tenth of a pixel.
std::string pixels(double value);

/// "0.9725": how shares are written everywhere.
std::string share(double value);
/// "6,996,452"
std::string grouped(std::uint64_t count);
/// The end of a long path says more than its beginning: "...inception_4a.conv1" of so many
/// characters at most. Never cuts a UTF-8 character.
std::string shortened(const std::string& name, std::size_t most);

struct Spot {
    double x = 0;
    double y = 0;
};

struct Size {
    double width = 0;
    double height = 0;
};

Markup line(const Spot& from, const Spot& to, const Attributes& attributes);
Markup circle(const Spot& centre, double radius, const Attributes& attributes,
              const Markup& content = {});
Markup rectangle(const Spot& corner, const Size& size, const Attributes& attributes,
                 const Markup& content = {});
/// `anchor`: start, middle, end.
Markup caption(const Spot& spot, std::string_view anchor, std::string_view words,
               const std::string& classes = "");
std::string points_attribute(const std::vector<Spot>& spots);

/// <svg role="img"> with what it shows in words (no <title>: browsers would show it over our tips).
/// Its marks (elements with data-tip) are reached with arrow keys.
/// `role`: "group" where there are links in it, which an image would hide from screen readers.
Markup drawing(const Size& size, std::string_view title, std::string_view description,
               const Markup& content, const std::string& role = "img");

/// A figure: its number and heading, the drawing in a box that scrolls, and words below.
struct Figure {
    std::string id;
    std::string heading;
    Markup drawing;
    Markup words;
};
Markup figure(const Figure& figure);

/// From numbers to one direction of the plane.
struct Axis {
    double low = 0;
    double high = 1;
    double from = 0;  ///< where `low` is
    double to = 1;    ///< where `high` is
    bool logarithmic = false;
    double offset = 0;  ///< added to values before the logarithm, so that 0 has a place

    double place(double value) const;
    /// Round numbers in [low, high], about `count`; powers of ten on a logarithmic axis.
    std::vector<double> ticks(int count) const;
};

/// Lines across `x` at the ticks of the axis `y`, with their numbers to the left.
Markup grid(const Axis& x, const Axis& y, int count);

/// A mark for a mean: the number's attributes, a tooltip, its interval as a line, a dot.
struct Mean {
    const Entry& entry;
    std::string path;  ///< of the object with `mean` and `interval` in it
    Spot spot;         ///< of the mean
    Axis y;
    std::string classes;
    std::string tip;
};
Markup mean_mark(const Mean& mean);

/// How a number is written.
enum class Shown {
    share,    ///< "0.9725"
    count,    ///< "6,996,452"
    real,     ///< "3.21e-05"
    percent,  ///< "97.3 %"
};
std::string written(double value, Shown shown);

/// "0.9526 (0.8451 to 0.9781)" of the object at `path`; with marks on each number.
Markup with_interval(const Entry& entry, const std::string& path, Shown shown = Shown::share);
/// The same as plain text, for tooltips.
std::string told_with_interval(const Entry& entry, const std::string& path,
                               Shown shown = Shown::share);

/// <span> with its place in the result; a dash where there is none.
Markup value(const std::optional<Number>& number, Shown shown = Shown::share);

}  // namespace faultline::page
