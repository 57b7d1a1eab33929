#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>

#include <filesystem>

#include "item_file.h"
#include "layouts.h"

namespace faultline::dataset {

std::string cifar10_file(const std::string& images) {
    if (!std::filesystem::is_directory(images)) return images;
    return (std::filesystem::path(images) / "test_batch.bin").string();
}

std::vector<Item> cifar10_items(const Settings& settings) {
    constexpr std::uint64_t limit_bytes = 1U << 30U;
    constexpr int class_count = 10;
    const auto path = cifar10_file(settings.images);
    const auto bytes = core::read_file(path, limit_bytes);
    if (bytes.empty() || bytes.size() % cifar10_record_bytes != 0) {
        throw core::Error(core::Fault::input,
                          fmt::format("{}: {} bytes isn't a whole number of CIFAR-10 records of {}",
                                      path, bytes.size(), cifar10_record_bytes));
    }
    const auto stamp = modified(path);
    std::vector<Item> items;
    for (std::size_t at = 0; at < bytes.size(); at += cifar10_record_bytes) {
        const auto label = static_cast<std::uint8_t>(bytes[at]);
        const auto name = fmt::format("record {}", items.size());
        if (label >= class_count) {
            throw core::Error(core::Fault::input,
                              fmt::format("{}: {} has label {}; CIFAR-10 has 0 to {}", path, name,
                                          label, class_count - 1));
        }
        items.push_back({name, label, cifar10_record_bytes, at, stamp});
    }
    return items;
}

}  // namespace faultline::dataset
