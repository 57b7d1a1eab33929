#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <faultline/dataset/dataset.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <fstream>

#include "header.h"
#include "image.h"
#include "item_file.h"
#include "layouts.h"
#include "parallel.h"
#include "selection.h"

namespace faultline::dataset {
namespace {

std::span<const std::uint8_t> view(const std::string& bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

void require_unchanged(bool unchanged, const std::string& name) {
    if (unchanged) return;
    throw core::Error(core::Fault::input,
                      fmt::format("{}: the file has changed since the images were listed; leave "
                                  "them alone while the tool runs",
                                  name));
}

Block load_record(const Item& item, const Settings& settings) {
    const auto path = file_of(item, settings);
    const auto name = fmt::format("{}: {}", path, item.name);
    std::string bytes(cifar10_record_bytes, '\0');
    std::ifstream file(path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(item.offset_bytes));
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    require_unchanged(file && view(bytes)[0] == item.label, name);
    return prepare_planes(view(bytes).subspan(1), {32, 32}, settings.preprocessing, name);
}

Block load_one(const Item& item, const Settings& settings) {
    if (settings.layout == Layout::cifar10) return load_record(item, settings);
    const auto path = file_of(item, settings);
    const auto bytes = core::read_file(path, file_limit_bytes);
    require_unchanged(bytes.size() == item.size_bytes, path);
    return prepare(view(bytes), settings.preprocessing, path);
}

/// All images of a block have the size of its first one.
void require_size(const Block& image, const Block& model, const std::string& name) {
    if (image.height == model.height && image.width == model.width) return;
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: comes out {}x{}, the images before it {}x{}; set resize or crop", name,
                    image.width, image.height, model.width, model.height));
}

}  // namespace

Dataset::Dataset(Settings settings, std::vector<Item> items, std::vector<BadImage> bad,
                 std::int32_t label_limit)
    : settings_(std::move(settings)),
      items_(std::move(items)),
      bad_(std::move(bad)),
      label_limit_(label_limit) {}

std::string Dataset::selection() const { return describe_selection(settings_); }

std::string Dataset::images_sha256() const {
    core::Sha256 hash;
    // A name can hold anything but NUL, so NUL ends it.
    for (const auto& item : items_) {
        hash.update(item.name);
        hash.update(std::string_view("\0", 1));
        hash.update(fmt::format("{} {}\n", item.size_bytes, item.label));
    }
    return hash.hex();
}

std::string Dataset::preprocessing_sha256() const {
    const auto& numbers = settings_.preprocessing;
    return core::sha256(fmt::format("{} scale {} mean {} deviation {}", shape_of_pixels(numbers),
                                    numbers.scale, fmt::join(numbers.mean, " "),
                                    fmt::join(numbers.deviation, " ")));
}

void Dataset::keep(Block all) {
    assert(all.count == size());
    kept_ = std::move(all);
    kept_places_.clear();
}

Dataset Dataset::arranged(std::span<const std::int64_t> places) const {
    auto other = *this;
    other.items_.clear();
    other.kept_places_.clear();
    for (const auto place : places) {
        const auto index = static_cast<std::size_t>(place);
        other.items_.push_back(items_.at(index));
        other.kept_places_.push_back(kept_places_.empty() ? place : kept_places_[index]);
    }
    return other;
}

Block Dataset::load(std::int64_t first, int count, int threads) const {
    assert(first >= 0 && count >= 0 && first + count <= size());
    Block block{.first = first, .count = count, .pixels = {}, .labels = {}};
    if (count == 0) return block;
    block = kept_.count == 0 ? decode(first, count, threads) : kept(first, count);
    for (std::int64_t k = first; k < first + count; ++k) {
        block.labels.push_back(items_[static_cast<std::size_t>(k)].label);
    }
    return block;
}

Block Dataset::kept(std::int64_t first, int count) const {
    Block block{.first = first,
                .count = count,
                .height = kept_.height,
                .width = kept_.width,
                .pixels = {},
                .labels = {}};
    const auto image = kept_.pixels.size() / static_cast<std::size_t>(kept_.count);
    const auto number = static_cast<std::size_t>(count), start = static_cast<std::size_t>(first);
    if (kept_places_.empty()) {
        block.pixels = kept_.pixels.part(start * image, number * image);
        return block;
    }
    std::vector<std::uint8_t> pixels(number * image);
    for (std::size_t k = 0; k < number; ++k) {
        const auto place = static_cast<std::size_t>(kept_places_[start + k]);
        std::copy_n(kept_.pixels.begin() + place * image, image, pixels.data() + k * image);
    }
    block.pixels = std::move(pixels);
    return block;
}

Block Dataset::decode(std::int64_t first, int count, int threads) const {
    Block block{.first = first, .count = count, .pixels = {}, .labels = {}};
    const auto item = [&](std::int64_t k) -> const Item& {
        return items_[static_cast<std::size_t>(first + k)];
    };
    const auto model = load_one(item(0), settings_);
    block.height = model.height;
    block.width = model.width;
    const auto size = std::ssize(model.pixels);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size * count));
    std::ranges::copy(model.pixels, pixels.begin());
    parallel(count - 1, threads, [&](std::int64_t k) {
        const auto image = load_one(item(k + 1), settings_);
        require_size(image, model, item(k + 1).name);
        std::ranges::copy(image.pixels, pixels.begin() + (k + 1) * size);
    });
    block.pixels = std::move(pixels);
    return block;
}

}  // namespace faultline::dataset
