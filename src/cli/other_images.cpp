#include "other_images.h"

#include <limits>

namespace faultline::cli {

std::vector<core::Option> options(OtherImages& images, const std::string& name,
                                  const std::string& help) {
    constexpr core::Range<int> count = {0, std::numeric_limits<int>::max()};
    return {core::option(name, images.path, help, "PATH"),
            core::option(name + "_labels", images.labels,
                         "their labels file, where their layout needs one", "FILE"),
            core::option(name + "_skip", images.skip, "leave out the first N of them", count),
            core::option(name + "_first", images.first, "the first N of them; 0: all", count)};
}

dataset::Settings settings_of(const OtherImages& images, dataset::Settings like) {
    if (!images.path.empty()) {
        like.images = images.path;
        like.labels = images.labels;
        like.layout = dataset::Layout::automatic;
    }
    like.one_per_class = false;
    like.skip = images.skip;
    like.first = images.first;
    return like;
}

}  // namespace faultline::cli
