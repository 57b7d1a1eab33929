// Runs a fuzz target without libFuzzer: over its seeds, of which good-* must be accepted and bad-*
// refused, and over mutations of them, the same ones every time.
//
// Usage: replay_NAME FOLDER COUNT

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz.h"
#include "mutate.h"

namespace faultline::fuzz {
namespace {

namespace fs = std::filesystem;

struct Seed {
    std::string name;
    std::string bytes;
};

std::vector<Seed> read_seeds(const fs::path& folder) {
    std::vector<Seed> seeds;
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        seeds.push_back(
            {entry.path().filename().string(), {std::istreambuf_iterator<char>(file), {}}});
    }
    require(!seeds.empty(), "there are seeds");
    std::ranges::sort(seeds, {}, &Seed::name);
    return seeds;
}

/// take(), keeping what it can't stand in the file `kept`.
bool try_out(const std::string& bytes, const std::string& what, const fs::path& kept) {
    try {
        return take({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    } catch (const std::exception& error) {
        std::ofstream(kept, std::ios::binary) << bytes;
        throw std::runtime_error(
            fmt::format("{}: {} (kept in {})", what, error.what(), kept.string()));
    }
}

void replay_seeds(const std::vector<Seed>& seeds, const fs::path& kept) {
    for (const auto& seed : seeds) {
        const bool accepted = try_out(seed.bytes, seed.name, kept);
        require(accepted == seed.name.starts_with("good-"),
                seed.name + (accepted ? " must be refused" : " must be accepted"));
    }
}

void replay_mutations(const std::vector<Seed>& seeds, std::size_t count, const fs::path& kept) {
    std::size_t accepted = 0;
    for (std::size_t k = 0; k < count; ++k) {
        Random random(k);
        const auto& seed = seeds[below(random, seeds.size())];
        const auto what = fmt::format("mutation {} of {}", k, seed.name);
        if (try_out(mutated(seed.bytes, random), what, kept)) ++accepted;
    }
    fmt::print("{} seeds; of {} mutations {} were accepted\n", seeds.size(), count, accepted);
    require(accepted > 0 && accepted < count, "some mutations are refused, and not all");
}

int run(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "usage: {} FOLDER COUNT\n", argv[0]);
        return 2;
    }
    try {
        const auto seeds = read_seeds(argv[1]);
        const auto kept = fs::absolute(fs::path(argv[0]).filename() += ".finding");
        replay_seeds(seeds, kept);
        replay_mutations(seeds, std::stoul(argv[2]), kept);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}

}  // namespace
}  // namespace faultline::fuzz

int main(int argc, char** argv) { return faultline::fuzz::run(argc, argv); }
