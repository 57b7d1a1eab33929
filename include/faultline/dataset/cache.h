#pragma once

#include <faultline/core/options.h>
#include <faultline/dataset/dataset.h>

#include <cstdint>
#include <functional>
#include <string>

/// Images are decoded and prepared once; afterwards they are views into a mapped file.
namespace faultline::dataset {

struct CacheSettings {
    bool cache = true;
    std::string cache_folder;  ///< empty: faultline/images in the user's cache folder

    bool operator==(const CacheSettings&) const = default;
};

/// Section "cache".
core::Section options(CacheSettings& settings);

/// What use_cache tells meanwhile, from the caller's own thread. What a call throws is thrown on,
/// and nothing half-made stays.
struct CacheWatch {
    /// While the file is made: images prepared so far, and all of them.
    std::function<void(std::int64_t done, std::int64_t total)> prepared = [](auto, auto) {};
    /// While another process makes this very file: some ten times a second.
    std::function<void(const std::string& file)> waiting = [](const auto&) {};
};

/// What came of it.
struct CacheReport {
    std::string file;     ///< the file in use; empty when there is none
    bool is_new = false;  ///< made by this call
    std::string damage;   ///< why the file that was there had to be made again
    std::string problem;  ///< why there is none although one was wanted, in one line
};

/// From here on `images.load` gives views into a file of the cache, made first where it isn't there
/// or is damaged. Pixels are the very ones that load would decode. The file is found by all that
/// shapes them: names, sizes and times of change of the selected files, geometry, interpolation,
/// channels, OpenCV's version; not by labels, scale, mean or deviation. Every byte is checked
/// before it is used. Processes may do this at the same time: one of them makes the file.
///
/// Throws Error(usage) for a folder given by the settings that can't be used or isn't a cache of
/// ours. Where the user's own cache folder can't be used, or the disk is full, it reports the
/// problem and leaves `images` as they are. Throws Error(input) as load does.
CacheReport use_cache(Dataset& images, const CacheSettings& settings, int threads,
                      const CacheWatch& watch = {});

}  // namespace faultline::dataset
