// Label files of every text layout. The input is labels, then the folder's files, one a line, then
// a map of synsets, with NUL between them; what is missing isn't there. The layout that the first
// line tells reads it, and one of all, as if the user had said so.

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "../../src/dataset/layouts.h"
#include "fuzz.h"

namespace faultline::fuzz {
namespace {

using dataset::Item;
using dataset::Layout;
using dataset::Listing;
using dataset::Texts;

/// Cuts what stands before the next `end` off the front of `rest`.
std::string_view next_part(std::string_view& rest, char end) {
    const auto part = rest.substr(0, rest.find(end));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
}

void sort(std::vector<std::string>& names) {
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

Listing listing_of(std::string_view names) {
    Listing listing{"images", {}, {}};
    while (!names.empty()) {
        const auto name = next_part(names, '\n');
        listing.files.emplace_back(name);
        const auto slash = name.find('/');
        if (slash != std::string_view::npos) listing.folders.emplace_back(name.substr(0, slash));
    }
    sort(listing.files);
    sort(listing.folders);
    return listing;
}

std::vector<Item> items(Layout layout, const Texts& texts, const Listing& listing) {
    switch (layout) {
        case Layout::folders:
            return folders_items(texts, listing);
        case Layout::list:
            return list_items(texts, listing);
        case Layout::synsets:
            return synsets_items(texts, listing);
        case Layout::kaggle:
            return kaggle_items(texts, listing);
        case Layout::devkit:
            return texts.synset_map ? devkit_items(texts, listing) : std::vector<Item>();
        case Layout::automatic:
        case Layout::cifar10:
            break;
    }
    return {};
}

void require_labels(const std::vector<Item>& labelled, const Listing& listing) {
    std::map<std::string, int> times;
    for (const auto& item : labelled) {
        ++times[item.name];
        require(item.label >= 0 && item.label <= 1'000'000, "labels lie within their range");
        require(std::ranges::binary_search(listing.files, item.name), "what is labelled is there");
    }
    for (const auto& image : listing.images()) require(times[image] == 1, "an image has a label");
}

bool reads(Layout layout, const Texts& texts, const Listing& listing) {
    std::vector<Item> labelled;
    if (!accepts([&] { labelled = items(layout, texts, listing); })) return false;
    if (layout == Layout::devkit && !texts.synset_map) return false;
    require_labels(labelled, listing);
    return true;
}

}  // namespace

bool take(Bytes bytes) {
    auto rest = text(bytes);
    const auto labels = next_part(rest, '\0');
    const auto listing = listing_of(next_part(rest, '\0'));
    Texts texts;
    auto told = Layout::automatic;
    const bool is_text = accepts([&] {
        texts.labels = dataset::split_lines("val.txt", labels);
        if (!rest.empty()) texts.synset_map = dataset::split_lines("map.txt", rest);
        told = dataset::layout_of(*texts.labels);
    });
    if (!texts.labels) return false;
    constexpr std::array all = {Layout::folders, Layout::list, Layout::devkit, Layout::synsets,
                                Layout::kaggle};
    reads(all[bytes.size() % all.size()], texts, listing);
    return is_text && reads(told, texts, listing);
}

}  // namespace faultline::fuzz
