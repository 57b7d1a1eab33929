#pragma once

#include <faultline/dataset/dataset.h>
#include <faultline/dataset/settings.h>

#include <string>
#include <vector>

#include "listing.h"

/// One function per layout: where the images are and which label each has. They throw Error(input)
/// as dataset::open promises. `size_bytes` is left 0 but for CIFAR-10.
namespace faultline::dataset {

std::vector<Item> folders_items(const Settings& settings, const Listing& listing);
std::vector<Item> list_items(const Settings& settings, const Listing& listing);
std::vector<Item> devkit_items(const Settings& settings, const Listing& listing);
std::vector<Item> synsets_items(const Settings& settings, const Listing& listing);
std::vector<Item> kaggle_items(const Settings& settings, const Listing& listing);
std::vector<Item> cifar10_items(const Settings& settings);

inline constexpr std::size_t cifar10_record_bytes = 1 + 3 * 32 * 32;

/// The file, or test_batch.bin in the folder.
std::string cifar10_file(const std::string& images);

/// `settings` with the layout decided and the labels file found. Refuses what is ambiguous or
/// missing, saying what to give, and a labels file or map that the layout would not read.
Settings resolve(Settings settings, const Listing& listing);

}  // namespace faultline::dataset
