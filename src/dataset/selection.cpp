#include "selection.h"

#include <faultline/core/random.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace faultline::dataset {
namespace {

constexpr std::uint32_t stream = 0xD5E7;

std::vector<Item> one_per_class(const std::vector<Item>& items, std::uint64_t seed) {
    std::map<std::int32_t, std::vector<std::size_t>> places;
    for (std::size_t k = 0; k < items.size(); ++k) places[items[k].label].push_back(k);
    std::vector<std::size_t> drawn;
    for (const auto& [label, candidates] : places) {
        const auto word = core::random_words(
            {.seed = seed, .stream = stream, .draw = static_cast<std::uint32_t>(label)})[0];
        drawn.push_back(candidates[core::scaled(word, candidates.size())]);
    }
    std::ranges::sort(drawn);
    std::vector<Item> result;
    for (const auto place : drawn) result.push_back(items[place]);
    return result;
}

}  // namespace

std::vector<Item> select(const std::vector<Item>& items, const Settings& settings) {
    auto result = settings.one_per_class ? one_per_class(items, settings.subset_seed) : items;
    const auto skipped = std::min(static_cast<std::size_t>(settings.skip), result.size());
    result.erase(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(skipped));
    const auto first = static_cast<std::size_t>(settings.first);
    if (first > 0 && first < result.size()) result.resize(first);
    return result;
}

std::string describe_selection(const Settings& settings) {
    std::vector<std::string> parts;
    if (settings.one_per_class)
        parts.push_back(fmt::format("one per class, seed {}", settings.subset_seed));
    if (settings.skip > 0) parts.push_back(fmt::format("without the first {}", settings.skip));
    if (settings.first > 0)
        parts.push_back(
            fmt::format("{} {}", settings.skip > 0 ? "the next" : "first", settings.first));
    return parts.empty() ? "all" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace faultline::dataset
