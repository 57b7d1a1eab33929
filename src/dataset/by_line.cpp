// The layouts whose line i belongs to the i-th image by name. Nothing but the order ties the two
// together, so counts must agree and numbered names must sort by their numbers.
#include <faultline/core/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "classes.h"
#include "layouts.h"
#include "lines.h"

namespace faultline::dataset {
namespace {

/// The digits at the end of the name without its extension, or nothing.
std::string number_of(const std::string& image) {
    const auto stem = std::filesystem::path(image).stem().string();
    auto digits = stem.substr(stem.find_last_not_of("0123456789") + 1);
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

bool is_smaller(const std::string& left, const std::string& right) {
    return left.size() != right.size() ? left.size() < right.size() : left < right;
}

void require_numbers_to_rise(const std::vector<std::string>& images) {
    for (std::size_t k = 1; k < images.size(); ++k) {
        if (!is_smaller(number_of(images[k]), number_of(images[k - 1]))) continue;
        throw core::Error(core::Fault::input,
                          fmt::format("{} sorts behind {}, so lines and images would not meet; "
                                      "number the images with leading zeros, or use layout list",
                                      images[k], images[k - 1]));
    }
}

std::vector<std::string> images_for(const Lines& lines, const Listing& listing) {
    auto images = listing.images();
    if (images.size() != lines.text.size()) {
        throw core::Error(
            core::Fault::input,
            fmt::format("{} has {} lines, but {} has {} images; line i is the label of image i, so "
                        "the counts must agree (for some of the images, use layout list)",
                        lines.path, lines.text.size(), listing.folder, images.size()));
    }
    require_numbers_to_rise(images);
    return images;
}

/// ILSVRC's own ids don't follow the sorted synsets; a map that does is a class list given by
/// mistake, and would yield wrong labels without a word.
void require_own_order(const std::vector<std::string>& synsets, const std::string& path) {
    constexpr std::size_t surely_no_chance = 100;
    if (synsets.size() < surely_no_chance || !std::ranges::is_sorted(synsets)) return;
    throw core::Error(core::Fault::input,
                      fmt::format("{}: the synsets are sorted, but ILSVRC ids aren't; line i must "
                                  "be the synset of ILSVRC id i (from the devkit's meta.mat)",
                                  path));
}

}  // namespace

std::vector<Item> devkit_items(const Texts& texts, const Listing& listing) {
    const auto& lines = texts.labels.value();
    const auto& map = texts.synset_map.value();
    const auto images = images_for(lines, listing);
    const auto synsets = names_in(map);
    require_own_order(synsets, map.path);
    const auto classes = classes_of(synsets);
    std::vector<Item> items;
    for (std::size_t k = 0; k < images.size(); ++k) {
        const auto id = whole_number(lines.text[k]);
        if (!id || *id < 1 || *id > std::ssize(synsets)) {
            lines.refuse(k, fmt::format("'{}' isn't an ILSVRC id from 1 to {} (the lines of {})",
                                        lines.text[k], synsets.size(), map.path));
        }
        const auto& synset = synsets[static_cast<std::size_t>(*id - 1)];
        items.push_back({.name = images[k], .label = *classes.label(synset)});
    }
    return items;
}

std::vector<Item> synsets_items(const Texts& texts, const Listing& listing) {
    const auto& lines = texts.labels.value();
    const auto images = images_for(lines, listing);
    std::vector<std::string> names;
    for (std::size_t k = 0; k < images.size(); ++k) {
        names.emplace_back(first_word(lines.text[k]));
        if (names[k].empty()) lines.refuse(k, "blank, but a synset is expected");
    }
    const auto classes = classes_from(texts.synset_map, names);
    std::vector<Item> items;
    for (std::size_t k = 0; k < images.size(); ++k) {
        const auto label = classes.label(names[k]);
        if (!label) {
            lines.refuse(k, fmt::format("{} isn't in {}", names[k], texts.synset_map->path));
        }
        items.push_back({.name = images[k], .label = *label});
    }
    return items;
}

}  // namespace faultline::dataset
