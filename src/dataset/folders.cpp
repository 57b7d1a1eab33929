#include <faultline/core/error.h>
#include <fmt/format.h>

#include "classes.h"
#include "layouts.h"
#include "lines.h"

namespace faultline::dataset {

std::vector<Item> folders_items(const Texts& texts, const Listing& listing) {
    // A class without images keeps its place, so that the other labels don't shift.
    const auto classes = classes_from(texts.synset_map, listing.folders);
    std::vector<Item> items;
    std::vector<std::string> outside;
    for (const auto& image : listing.images()) {
        const auto label = classes.label(image.substr(0, image.find('/')));
        if (label && image.find('/') != std::string::npos) {
            items.push_back({.name = image, .label = *label});
        } else {
            outside.push_back(image);
        }
    }
    if (outside.empty()) return items;
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: {} images lie in no class folder{}: {}; move them away, or give labels",
                    listing.folder, outside.size(),
                    texts.synset_map ? " named in " + texts.synset_map->path : "",
                    first_few(outside)));
}

}  // namespace faultline::dataset
