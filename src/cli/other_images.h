#pragma once

#include <faultline/core/options.h>
#include <faultline/dataset/settings.h>

#include <string>
#include <vector>

namespace faultline::cli {

/// Images besides those that are measured, prepared like them.
struct OtherImages {
    std::string path;
    std::string labels;
    int skip = 0;
    int first = 0;
};

/// --NAME, --NAME-labels, --NAME-skip and --NAME-first; `help` says what the images are for.
std::vector<core::Option> options(OtherImages& images, const std::string& name,
                                  const std::string& help);

/// `like`, but for which images: without a path, others of the same folder.
dataset::Settings settings_of(const OtherImages& images, dataset::Settings like);

}  // namespace faultline::cli
