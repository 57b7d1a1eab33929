#include <faultline/core/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "layouts.h"
#include "lines.h"

namespace faultline::dataset {
namespace {

using LineOfName = std::map<std::string, std::size_t, std::less<>>;

/// "name label"; the name may hold spaces.
Item parse(const Lines& lines, std::size_t index) {
    std::string_view line = lines.text[index];
    line = line.substr(0, line.find_last_not_of(" \t") + 1);
    const auto label_at = line.find_last_of(" \t") + 1;
    const auto name = line.substr(0, line.find_last_not_of(" \t", label_at - 1) + 1);
    const auto label = whole_number(line.substr(label_at));
    if (label_at == 0 || name.empty() || !label) {
        lines.refuse(index, fmt::format("'{}' isn't a file name and a label from 0 on", line));
    }
    return {.name = std::string(name), .label = *label};
}

void require_files(const Lines& lines, const std::vector<Item>& items, const Listing& listing) {
    std::vector<std::string> missing;
    for (const auto& item : items) {
        if (!std::ranges::binary_search(listing.files, item.name)) missing.push_back(item.name);
    }
    if (missing.empty()) return;
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: {} of {} labels are for files that aren't in {}: {}; names "
                    "must match exactly, with the extension",
                    lines.path, missing.size(), items.size(), listing.folder, first_few(missing)));
}

void require_labels(const Lines& lines, const LineOfName& line_of, const Listing& listing) {
    std::vector<std::string> missing;
    for (const auto& image : listing.images()) {
        if (!line_of.contains(image)) missing.push_back(image);
    }
    if (missing.empty()) return;
    throw core::Error(core::Fault::input,
                      fmt::format("{}: {} images have no label in {}: {}; add lines, or move them "
                                  "away",
                                  listing.folder, missing.size(), lines.path, first_few(missing)));
}

}  // namespace

std::vector<Item> list_items(const Texts& texts, const Listing& listing) {
    const auto& lines = texts.labels.value();
    LineOfName line_of;
    std::vector<Item> items;
    for (std::size_t k = 0; k < lines.text.size(); ++k) {
        items.push_back(parse(lines, k));
        const auto [first, is_new] = line_of.emplace(items.back().name, k);
        if (is_new) continue;
        lines.refuse(k, fmt::format("{} has a label on line {} already", items.back().name,
                                    first->second + 1));
    }
    require_files(lines, items, listing);
    require_labels(lines, line_of, listing);
    return items;
}

}  // namespace faultline::dataset
