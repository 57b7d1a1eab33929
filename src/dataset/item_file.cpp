#include "item_file.h"

#include <filesystem>

#include "layouts.h"

namespace faultline::dataset {

std::string file_of(const Item& item, const Settings& settings) {
    if (settings.layout == Layout::cifar10) return cifar10_file(settings.images);
    return (std::filesystem::path(settings.images) / item.name).string();
}

std::int64_t modified(const std::string& path) {
    return std::filesystem::last_write_time(path).time_since_epoch().count();
}

}  // namespace faultline::dataset
