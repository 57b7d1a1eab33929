// Detection is conservative: a labels file is told by its first line, its absence by what lies in
// the folder, and whenever two readings are possible the user is asked.
#include <faultline/core/error.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "layouts.h"
#include "lines.h"
#include "refuse.h"

namespace faultline::dataset {
namespace {

bool is_number(std::string_view word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_synset(std::string_view word) {
    return word.size() == 9 && word.starts_with('n') && is_number(word.substr(1));
}

bool has_class_folders(const std::vector<std::string>& images) {
    return !images.empty() && std::ranges::all_of(images, [](const std::string& image) {
        return image.find('/') != std::string::npos;
    });
}

/// Without a labels file: exactly one reading must be there.
void decide_by_folder(Settings& settings, const Listing& listing) {
    std::vector<std::string> readings;
    const auto labels = find_near(settings.images, "val.txt");
    if (!labels.empty()) {
        settings.labels = labels;
        settings.layout = layout_of(read_lines(labels));
        readings.push_back(fmt::format("the labels file {}", labels));
    }
    if (has_class_folders(listing.images())) {
        settings.layout = Layout::folders;
        readings.push_back("class folders (layout folders)");
    }
    if (std::ranges::binary_search(listing.files, std::string("test_batch.bin"))) {
        settings.layout = Layout::cifar10;
        readings.push_back("test_batch.bin (layout cifar10)");
    }
    if (readings.empty()) {
        refuse(
            fmt::format("{}: no labels: neither class folders, val.txt in or beside it, nor "
                        "test_batch.bin; give labels",
                        settings.images));
    }
    if (readings.size() > 1) {
        refuse(fmt::format("{}: found {}; give layout or labels to say which counts",
                           settings.images, fmt::join(readings, " and ")));
    }
}

void decide(Settings& settings, const Listing& listing) {
    if (!std::filesystem::is_directory(settings.images)) {
        settings.layout = Layout::cifar10;
    } else if (!settings.labels.empty()) {
        settings.layout = layout_of(read_lines(settings.labels));
    } else {
        decide_by_folder(settings, listing);
    }
}

/// The name under which a layout's labels are usually kept; empty for a layout without labels file.
std::string usual_labels(Layout layout) {
    switch (layout) {
        case Layout::list:
        case Layout::synsets:
            return "val.txt";
        case Layout::devkit:
            return "ILSVRC2012_validation_ground_truth.txt";
        case Layout::kaggle:
            return "LOC_val_solution.csv";
        case Layout::automatic:
        case Layout::folders:
        case Layout::cifar10:
            return {};
    }
    return {};
}

void settle_labels(Settings& settings) {
    const auto usual = usual_labels(settings.layout);
    if (usual.empty()) {
        if (settings.labels.empty()) return;
        refuse(fmt::format(
            "labels: {} would not be read: labels come from the {}; leave it out, "
            "or give layout",
            settings.labels, settings.layout == Layout::folders ? "class folders" : "records"));
    }
    if (settings.labels.empty()) settings.labels = find_near(settings.images, usual);
    if (settings.labels.empty()) {
        refuse(fmt::format("{}: no {} in or beside it; give labels", settings.images, usual));
    }
}

void check_map(const Settings& settings) {
    if (settings.layout == Layout::devkit && settings.synset_map.empty()) {
        refuse(
            fmt::format("{}: ILSVRC's own ids aren't the order of the labels; give synset_map, "
                        "a file whose line i is the synset of ILSVRC id i",
                        settings.labels));
    }
    if (settings.synset_map.empty()) return;
    if (settings.layout != Layout::list && settings.layout != Layout::cifar10) return;
    refuse(
        fmt::format("synset_map: {} would not be read: the labels are numbers already; leave it "
                    "out, or give layout",
                    settings.synset_map));
}

}  // namespace

Layout layout_of(const Lines& labels) {
    const std::string_view line = labels.text.front();
    const auto first = first_word(line);
    const auto last = line.substr(line.find_last_of(" \t") + 1);
    if (line.starts_with("ImageId,")) return Layout::kaggle;
    if (first == line && is_number(first)) return Layout::devkit;
    if (first == line && is_synset(first)) return Layout::synsets;
    if (first != line && is_number(last)) return Layout::list;
    labels.refuse(0, fmt::format("'{}' is neither 'name label', an ILSVRC id, a synset nor "
                                 "Kaggle's header; give layout",
                                 line));
}

Texts read_texts(const Settings& settings) {
    Texts texts;
    if (!settings.labels.empty()) texts.labels = read_lines(settings.labels);
    if (!settings.synset_map.empty()) texts.synset_map = read_lines(settings.synset_map);
    return texts;
}

Settings resolve(Settings settings, const Listing& listing) {
    if (settings.layout == Layout::automatic) decide(settings, listing);
    settle_labels(settings);
    check_map(settings);
    return settings;
}

}  // namespace faultline::dataset
