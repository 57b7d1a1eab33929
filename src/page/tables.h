#pragma once

#include <string>
#include <vector>

#include "markup.h"
#include "stored.h"

namespace faultline::page {

/// A column's heading. Words stand to the left, numbers to the right.
struct Head {
    std::string name;
    bool words = false;
};

/// A table in a box that scrolls, with its caption.
struct Table {
    std::string caption;
    std::vector<Head> heads;
    std::vector<Markup> rows = {};  ///< <tr> elements

    Markup markup() const;
};
Markup cell(const Markup& content);
Markup cell(std::string_view foreign);
/// Words stand to the left, numbers to the right.
Markup words_cell(const Markup& content);
/// The first of a row, which names it.
Markup row_head(std::string_view foreign);

/// Table 1: each network's layers with their weights, and what the tests tell of each. Rows have
/// the ids that maps link to.
Markup layers_tables(const std::vector<Result>& results);
/// `layer`: place among the network's.
std::string layer_id(std::size_t network, std::size_t layer);

/// All points with all statistics and outcomes: the columns of points.csv.
Markup points_tables(const std::vector<Result>& results);

/// What one error does in the whole space, each bit, direction and layer.
Markup strata_tables(const std::vector<Result>& results);

/// The trials that lost most, with their faults and how to measure them again.
Markup worst_tables(const std::vector<Result>& results);

/// Series side by side at the points they share; empty for a single one.
Markup comparison(const std::vector<Result>& results);

}  // namespace faultline::page
