#include <faultline/core/error.h>
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "classes.h"
#include "layouts.h"
#include "lines.h"

namespace faultline::dataset {
namespace {

struct Row {
    std::size_t line = 0;
    std::string synset;
};
using Rows = std::map<std::string, Row>;  ///< by ImageId

/// "ILSVRC2012_val_00048981,n03995372 85 1 499 272 ": the row's first synset.
void add(Rows& rows, const Lines& lines, std::size_t index) {
    const auto& line = lines.text[index];
    const auto comma = line.find(',');
    const std::string synset(comma == std::string::npos
                                 ? std::string_view()
                                 : first_word(std::string_view(line).substr(comma + 1)));
    if (comma == 0 || synset.empty()) {
        lines.refuse(index, fmt::format("'{}' isn't ImageId,synset box ...", line));
    }
    const auto [first, is_new] = rows.emplace(line.substr(0, comma), Row{index, synset});
    if (is_new) return;
    lines.refuse(index,
                 fmt::format("{} was on line {} already", first->first, first->second.line + 1));
}

Rows read_rows(const Lines& lines) {
    if (!lines.text.front().starts_with("ImageId,")) {
        lines.refuse(0, "the header ImageId,PredictionString is missing");
    }
    Rows rows;
    for (std::size_t k = 1; k < lines.text.size(); ++k) add(rows, lines, k);
    return rows;
}

Classes classes_of_rows(const Texts& texts, const Rows& rows) {
    std::vector<std::string> names;
    for (const auto& [name, row] : rows) names.push_back(row.synset);
    return classes_from(texts.synset_map, std::move(names));
}

[[noreturn]] void refuse(const std::string& path, const std::vector<std::string>& names,
                         const std::string& what) {
    throw core::Error(core::Fault::input,
                      fmt::format("{}: {} {}: {}", path, names.size(), what, first_few(names)));
}

}  // namespace

std::vector<Item> kaggle_items(const Texts& texts, const Listing& listing) {
    const auto& lines = texts.labels.value();
    auto rows = read_rows(lines);
    const auto classes = classes_of_rows(texts, rows);
    std::vector<Item> items;
    std::vector<std::string> unlabelled;
    for (const auto& image : listing.images()) {
        const auto row = rows.extract(std::filesystem::path(image).stem().string());
        if (row.empty()) {
            unlabelled.push_back(image);
            continue;
        }
        const auto label = classes.label(row.mapped().synset);
        if (!label) {
            lines.refuse(row.mapped().line, fmt::format("{} isn't in {}", row.mapped().synset,
                                                        texts.synset_map->path));
        }
        items.push_back({.name = image, .label = *label});
    }
    if (!unlabelled.empty()) {
        refuse(listing.folder, unlabelled, "images have no row of their own in " + lines.path);
    }
    std::vector<std::string> left;
    for (const auto& [name, row] : rows) left.push_back(name);
    if (!left.empty()) refuse(lines.path, left, "rows have no image in " + listing.folder);
    return items;
}

}  // namespace faultline::dataset
