#include <faultline/core/error.h>
#include <faultline/dataset/dataset.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <opencv2/core/types.hpp>
#include <thread>
#include <utility>

#include "geometry.h"
#include "header.h"
#include "item_file.h"
#include "layouts.h"
#include "lines.h"
#include "parallel.h"
#include "refuse.h"
#include "selection.h"

namespace faultline::dataset {
namespace {

std::vector<Item> find(const Settings& settings, const Listing& listing) {
    const auto texts = read_texts(settings);
    switch (settings.layout) {
        case Layout::folders:
            return folders_items(texts, listing);
        case Layout::list:
            return list_items(texts, listing);
        case Layout::devkit:
            return devkit_items(texts, listing);
        case Layout::synsets:
            return synsets_items(texts, listing);
        case Layout::kaggle:
            return kaggle_items(texts, listing);
        case Layout::cifar10:
            return cifar10_items(settings);
        case Layout::automatic:
            break;  // resolve decided
    }
    return {};
}

/// What a look at one item showed: the size it will come out with, or why it can't be used.
struct Finding {
    std::uint64_t size_bytes = 0;
    std::int64_t modified = 0;
    cv::Size size;
    std::string reason;
};

Finding look_at(const Item& item, const Settings& settings) {
    Finding finding{item.size_bytes, item.modified, {32, 32}, {}};
    try {
        if (settings.layout != Layout::cifar10) {
            const auto path = file_of(item, settings);
            const auto header = check_file(path);
            finding.modified = modified(path);
            finding.size = {header.width, header.height};
            finding.size_bytes = std::filesystem::file_size(path);
        }
        finding.size = geometry(finding.size, settings.preprocessing).crop.size();
    } catch (const std::exception& error) {
        finding.reason = error.what();
    }
    return finding;
}

std::vector<Finding> look_at_all(const std::vector<Item>& items, const Settings& settings) {
    std::vector<Finding> findings(items.size());
    // Reading two small parts of each file is waiting, not computing.
    const int threads =
        std::clamp(2 * static_cast<int>(std::thread::hardware_concurrency()), 4, 32);
    parallel(std::ssize(items), threads, [&](std::int64_t k) {
        const auto place = static_cast<std::size_t>(k);
        findings[place] = look_at(items[place], settings);
    });
    return findings;
}

using Sides = std::pair<int, int>;  ///< width, height

Sides sides(const Finding& finding) { return {finding.size.width, finding.size.height}; }

/// The size that most images share decides, of equally frequent ones the size that comes first; an
/// image that comes out otherwise is as bad as an unreadable one.
void require_one_size(std::vector<Finding>& findings) {
    const auto usable = [](const Finding& finding) { return finding.reason.empty(); };
    std::map<Sides, int> counts;
    for (const auto& finding : findings) {
        if (usable(finding)) ++counts[sides(finding)];
    }
    if (counts.size() < 2) return;
    const auto most = std::ranges::max_element(findings, {}, [&](const Finding& finding) {
        return usable(finding) ? counts[sides(finding)] : 0;
    });
    const auto model = sides(*most);
    for (auto& finding : findings) {
        if (!usable(finding) || sides(finding) == model) continue;
        finding.reason = fmt::format(
            "comes out {}x{}, but {} of {} images {}x{}; set resize or crop", finding.size.width,
            finding.size.height, counts[model], findings.size(), model.first, model.second);
    }
}

struct Sorted {
    std::vector<Item> good;
    std::vector<BadImage> bad;
};

Sorted sort_out(std::vector<Item> items, const Settings& settings) {
    auto findings = look_at_all(items, settings);
    require_one_size(findings);
    Sorted sorted;
    for (std::size_t k = 0; k < items.size(); ++k) {
        if (!findings[k].reason.empty()) {
            sorted.bad.push_back({items[k].name, findings[k].reason});
            continue;
        }
        items[k].size_bytes = findings[k].size_bytes;
        items[k].modified = findings[k].modified;
        sorted.good.push_back(std::move(items[k]));
    }
    return sorted;
}

void check_bad(const Settings& settings, const Sorted& sorted) {
    std::vector<std::string> bad;
    for (const auto& image : sorted.bad) {
        bad.push_back(fmt::format("{} ({})", image.name, image.reason));
    }
    const auto count = std::ssize(bad);
    if (count > settings.allow_bad_images) {
        refuse(
            fmt::format("{}: {} of {} images can't be used, but allow_bad_images is {}: {}; "
                        "replace them, or give --allow-bad-images {}",
                        settings.images, count, sorted.good.size() + bad.size(),
                        settings.allow_bad_images, first_few(bad), count));
    }
    if (sorted.good.empty()) refuse(fmt::format("{}: no usable image is left", settings.images));
}

Listing listing_of(const Settings& settings) {
    if (settings.images.empty()) {
        throw core::Error(core::Fault::usage, "images: give a folder of images or a CIFAR-10 file");
    }
    const std::filesystem::path images(settings.images);
    if (!std::filesystem::exists(images)) refuse(settings.images + ": no such file or folder");
    const bool single = std::filesystem::is_regular_file(images);
    if (single && settings.layout != Layout::cifar10 && settings.layout != Layout::automatic) {
        refuse(settings.images + ": a file, but this layout needs a folder of images");
    }
    return single ? Listing{} : list(settings.images);
}

}  // namespace

Dataset open(const Settings& given) {
    const auto listing = listing_of(given);
    const auto settings = resolve(given, listing);
    const auto items = find(settings, listing);
    if (items.empty()) refuse(settings.images + ": no JPEG or PNG files in it");
    const auto limit = std::ranges::max(items, {}, &Item::label).label + 1;
    auto sorted = sort_out(select(items, settings), settings);
    check_bad(settings, sorted);
    return {settings, std::move(sorted.good), std::move(sorted.bad), limit};
}

}  // namespace faultline::dataset
