#pragma once

#include <faultline/core/stored_value.h>
#include <faultline/page/page.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "markup.h"

/// Results as figures and tables want them. Numbers stay where they are in the result and are read
/// from there, so that each can tell its place.
namespace faultline::page {

using core::StoredValue;

/// A number of a result and where it stands there: figures, tables and tooltips have no other.
struct Number {
    std::size_t result = 0;  ///< place among the page's results
    std::string key;         ///< of the entry in points, groups or strata
    std::string path;        ///< within the entry: "statistics.top1.mean"
    double value = 0;

    /// data-result, data-key, data-path, data-value (which reads back the same).
    Attributes attributes() const;
};

/// An entry of points, groups or strata.
struct Entry {
    StoredValue value;
    std::size_t result = 0;
    std::string key;

    /// Nothing where it, or anything on the way there, is absent or null.
    std::optional<Number> number(std::string_view path) const;
    std::string text_at(std::string_view name) const;  ///< empty where it is absent or null
};

/// A point with what each run came to.
struct Point {
    Entry entry;
    std::int64_t errors = 0;
    std::optional<double> rate;
    std::optional<int> bit;
    std::vector<double> run_shares = {};  ///< top-1, in the order of runs
};

/// One format of one result.
struct Series {
    std::size_t result = 0;
    std::string label;  ///< "A", or "A fixed8" where the page has several formats
    std::string test;   ///< "full", "indexed", "layer", "sample"
    std::string format;
    double golden = 0;  ///< top-1 share
    std::int64_t images = 0;
    std::uint64_t exposed_bits = 0;
    std::vector<Point> points = {};
    std::vector<Entry> groups = {};
    std::vector<Entry> strata = {};
};

/// A layer, and how much of it can be hit.
struct Layer {
    std::string name;
    std::string group;
    std::string kind;
    std::uint64_t macs = 0;
    std::uint64_t parameters = 0;  ///< numbers in the fault space
};

struct Result {
    std::string file;
    std::string letter;       ///< "A", "B", ...
    std::string model;        ///< the file's name, without its folders
    std::size_t network = 0;  ///< place of the page's first result of the same model file
    StoredValue value;
    const Source* source;
    std::vector<Layer> layers = {};
    std::vector<Series> series = {};
};

/// Throws core::Error(input) naming file and key; first of all for what is no result, or one of a
/// schema that this program doesn't read. `sources` must outlive what is returned.
std::vector<Result> read(const std::vector<Source>& sources);

/// All series of one test, over all results.
std::vector<const Series*> series_of(const std::vector<Result>& results, std::string_view test);

}  // namespace faultline::page
