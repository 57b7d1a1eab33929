#include "listing.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace faultline::dataset {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

bool is_image_name(const std::string& name) {
    auto extension = fs::path(name).extension().string();
    std::ranges::transform(extension, extension.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return extension == ".jpeg" || extension == ".jpg" || extension == ".png";
}

void add(Listing& listing, fs::recursive_directory_iterator& place) {
    const auto name = place->path().lexically_relative(listing.folder).generic_string();
    if (is_hidden(place->path())) {
        place.disable_recursion_pending();
    } else if (place->is_directory()) {
        if (place.depth() == 0) listing.folders.push_back(name);
    } else if (place->is_regular_file() || place->is_symlink()) {
        // A link to nowhere is an image that can't be read, not one that isn't there.
        listing.files.push_back(name);
    }
}

}  // namespace

std::vector<std::string> Listing::images() const {
    std::vector<std::string> result;
    std::ranges::copy_if(files, std::back_inserter(result), is_image_name);
    return result;
}

Listing list(const std::string& folder) {
    Listing listing{folder, {}, {}};
    try {
        // Subsets are often folders of links to class folders.
        fs::recursive_directory_iterator place(folder,
                                               fs::directory_options::follow_directory_symlink);
        for (; place != fs::recursive_directory_iterator(); ++place) add(listing, place);
    } catch (const fs::filesystem_error& error) {
        throw core::Error(core::Fault::input, fmt::format("{}: can't list the images: {}", folder,
                                                          error.code().message()));
    }
    std::ranges::sort(listing.files);
    std::ranges::sort(listing.folders);
    return listing;
}

std::string find_near(const std::string& folder, const std::string& name) {
    const auto beside = (fs::path(folder) / "..").lexically_normal() / name;
    for (const auto& path : {fs::path(folder) / name, beside}) {
        if (fs::is_regular_file(path)) return path.string();
    }
    return {};
}

}  // namespace faultline::dataset
