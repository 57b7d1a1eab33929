// Many damaged copies of a model file, checked as they would be before LibTorch sees them. What
// passes must hold the very entries of the file; it can be kept, to be loaded
// (scripts/corrupt_models.py).
//
// Usage: corrupt_many MODEL COUNT SEED [FOLDER]

#include <faultline/archive/model.h>
#include <faultline/core/files.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <vector>

#include "fuzz.h"
#include "mutate.h"

namespace faultline::fuzz {

namespace {

struct Options {
    std::string model;
    std::size_t count = 0;
    std::uint64_t seed = 0;
    std::string folder;  ///< empty: nothing is kept
};

std::vector<archive::Entry> check(const std::string& bytes) {
    return archive::check_model({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                                "copy.pt");
}

void flip_bits(std::string& bytes, Random& random) {
    for (auto left = 1 + below(random, 8); left > 0; --left) {
        auto& byte = bytes[below(random, bytes.size())];
        byte = static_cast<char>(byte ^ (1 << below(random, 8)));
    }
}

void cut_short(std::string& bytes, Random& random) { bytes.resize(below(random, bytes.size())); }

/// With noise, or with one byte: blocks that were never written are zeros.
void overwrite_range(std::string& bytes, Random& random) {
    const auto first = below(random, bytes.size());
    const auto longest = std::min<std::size_t>(bytes.size() - first, 1U << below(random, 16));
    const auto end = first + 1 + below(random, longest);
    const bool noise = random() % 2 == 0;
    for (auto k = first; k < end; ++k) bytes[k] = noise ? static_cast<char>(random()) : '\0';
}

/// As disks and links do it; never the model itself.
std::string damaged(const std::string& model, std::uint64_t seed) {
    constexpr void (*ways[])(std::string&, Random&) = {flip_bits, cut_short, overwrite_range};
    Random random(seed);
    auto copy = model;
    while (copy == model) ways[below(random, std::size(ways))](copy, random);
    return copy;
}

void run(const Options& options) {
    const auto model = core::read_file(options.model, 1U << 30U);
    const auto entries = check(model);
    std::size_t passed = 0;
    for (std::size_t k = 0; k < options.count; ++k) {
        const auto copy = damaged(model, options.seed + k);
        std::vector<archive::Entry> found;
        if (!accepts([&] { found = check(copy); })) continue;
        require(found == entries, fmt::format("copy {} passes with the same entries", k));
        ++passed;
        if (options.folder.empty()) continue;
        core::write_file(std::filesystem::path(options.folder) / fmt::format("{}.pt", k), copy);
    }
    fmt::print("{} damaged copies: {} refused, {} passed\n", options.count, options.count - passed,
               passed);
    require(passed < options.count, "damage is found");
}

}  // namespace
}  // namespace faultline::fuzz

int main(int argc, char** argv) {
    if (argc != 4 && argc != 5) {
        fmt::print(stderr, "usage: {} MODEL COUNT SEED [FOLDER]\n", argv[0]);
        return 2;
    }
    try {
        faultline::fuzz::run(
            {argv[1], std::stoul(argv[2]), std::stoull(argv[3]), argc == 5 ? argv[4] : ""});
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
