#include <faultline/core/error.h>
#include <faultline/core/hash.h>
#include <faultline/dataset/cache.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cache_file.h"
#include "cache_folder.h"
#include "image.h"
#include "item_file.h"
#include "layouts.h"
#include "partial_file.h"
#include "refuse.h"

namespace faultline::dataset {
namespace {

namespace fs = std::filesystem;

/// SHA-256 over all that shapes the pixels.
std::string key_of(const Dataset& images) {
    const auto& settings = images.settings();
    const bool is_records = settings.layout == Layout::cifar10;
    const auto place = fs::canonical(is_records ? cifar10_file(settings.images) : settings.images);
    core::Sha256 hash;
    hash.update(fmt::format("version {} opencv {} {} {}", cache_version, opencv_version(),
                            shape_of_pixels(settings.preprocessing), place.string()));
    // A name can hold anything but NUL, so NUL starts and ends it.
    constexpr std::string_view nul("\0", 1);
    for (const auto& item : images.items()) {
        hash.update(nul).update(item.name).update(nul);
        hash.update(fmt::format("{} {} {}", item.size_bytes, item.offset_bytes, item.modified));
    }
    return hash.hex();
}

/// A file that was read after it had changed is not the one that the key tells of.
void require_unchanged(const Dataset& images) {
    for (const auto& item : images.items()) {
        const auto path = file_of(item, images.settings());
        if (modified(path) == item.modified) continue;
        refuse(
            fmt::format("{}: the file has changed since the images were listed; leave them "
                        "alone while the tool starts",
                        path));
    }
}

void write(PartialFile& file, const Dataset& images, const CacheContent& content, int threads,
           const CacheWatch& watch) {
    std::vector<std::uint64_t> checksums;
    file.reserve(content.file_bytes());
    for (std::int64_t first = 0; first < content.count; first += content.chunk_images()) {
        const auto count = std::min(content.chunk_images(), content.count - first);
        const auto block = images.load(first, static_cast<int>(count), threads);
        if (std::cmp_not_equal(block.pixels.size(), count * content.image_bytes())) {
            refuse(
                fmt::format("{}: comes out {}x{}, the images before it {}x{}; set resize or crop",
                            images.items()[static_cast<std::size_t>(first)].name, block.width,
                            block.height, content.width, content.height));
        }
        checksums.push_back(checksum(block.pixels));
        file.write(content.planes_at() + first * content.image_bytes(), block.pixels);
        watch.prepared(first + count, content.count);
    }
    require_unchanged(images);
    file.write(0, preamble(content, checksums));
}

/// Waits while another process makes the file, and makes it unless that was done then.
OpenedCache make(CacheReport& report, const std::string& key, const Dataset& images, int threads,
                 const CacheWatch& watch) {
    const auto find = [&] { return open_cache(report.file, key, images.size(), threads); };
    PartialFile file(report.file, [&] { watch.waiting(report.file); });
    if (auto opened = find(); opened.images) return opened;
    const auto first = images.load(0, 1, 1);
    write(file, images, {key, images.size(), first.height, first.width}, threads, watch);
    file.publish();
    report.is_new = true;
    auto opened = find();
    if (!opened.images) throw Unwritable("what was written doesn't read back: " + opened.damage);
    return opened;
}

CacheReport use_folder(const fs::path& folder, Dataset& images, int threads,
                       const CacheWatch& watch) {
    require_own(folder);
    const auto key = key_of(images);
    CacheReport report{.file = folder / (key + ".images"), .damage = {}, .problem = {}};
    auto opened = open_cache(report.file, key, images.size(), threads);
    if (!opened.images) {
        report.damage = opened.damage;
        make_own(folder);
        remove_dead_partials(folder);
        opened = make(report, key, images, threads, watch);
    }
    images.keep(std::move(*opened.images));
    return report;
}

}  // namespace

core::Section options(CacheSettings& settings) {
    return {"cache",
            {core::option("cache", settings.cache,
                          "decode and prepare images once, and keep them for the next start"),
             core::option("cache_folder", settings.cache_folder,
                          "where; faultline/images in the user's cache folder unless given",
                          "FOLDER")}};
}

CacheReport use_cache(Dataset& images, const CacheSettings& settings, int threads,
                      const CacheWatch& watch) {
    if (!settings.cache) return {};
    try {
        return use_folder(cache_folder(settings.cache_folder), images, threads, watch);
    } catch (const Unwritable& error) {
        return {.file = {}, .damage = {}, .problem = error.what()};
    } catch (const core::Error& error) {
        const bool is_own = settings.cache_folder.empty();
        if (error.fault() != core::Fault::usage || !is_own) throw;
        return {.file = {}, .damage = {}, .problem = error.what()};
    }
}

}  // namespace faultline::dataset
