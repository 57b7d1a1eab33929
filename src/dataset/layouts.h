#pragma once

#include <faultline/dataset/dataset.h>
#include <faultline/dataset/settings.h>

#include <optional>
#include <string>
#include <vector>

#include "lines.h"
#include "listing.h"

/// One function per layout: where the images are and which label each has. They throw Error(input)
/// as dataset::open promises. `size_bytes` is left 0 but for CIFAR-10.
namespace faultline::dataset {

/// The texts of a set: each is there when settings that are resolved name its file.
struct Texts {
    std::optional<Lines> labels;
    std::optional<Lines> synset_map;
};

Texts read_texts(const Settings& settings);

std::vector<Item> folders_items(const Texts& texts, const Listing& listing);
/// The labels must be there for all that follow, and devkit's map.
std::vector<Item> list_items(const Texts& texts, const Listing& listing);
std::vector<Item> devkit_items(const Texts& texts, const Listing& listing);
std::vector<Item> synsets_items(const Texts& texts, const Listing& listing);
std::vector<Item> kaggle_items(const Texts& texts, const Listing& listing);
std::vector<Item> cifar10_items(const Settings& settings);

/// Which layout these labels are of, by their first line. Throws Error(input) for none.
Layout layout_of(const Lines& labels);

inline constexpr std::size_t cifar10_record_bytes = 1 + 3 * 32 * 32;

/// The file, or test_batch.bin in the folder.
std::string cifar10_file(const std::string& images);

/// `settings` with the layout decided and the labels file found. Refuses what is ambiguous or
/// missing, saying what to give, and a labels file or map that the layout would not read.
Settings resolve(Settings settings, const Listing& listing);

}  // namespace faultline::dataset
