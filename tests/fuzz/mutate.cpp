#include "mutate.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace faultline::fuzz {

namespace {

using namespace std::string_view_literals;

/// Numbers at the edges of their types, and what separates things in texts.
constexpr std::array edges = {"\0\0\0\0"sv,
                              "\xff\xff"sv,
                              "\xff\xff\xff\xff"sv,
                              "\x7f\xff\xff\xff"sv,
                              "\x80"sv,
                              "-1"sv,
                              "-0"sv,
                              "1e999"sv,
                              "0"sv,
                              "\n"sv,
                              "\r\n"sv,
                              " "sv,
                              ","sv,
                              "\""sv,
                              "{"sv,
                              "["sv};

struct Place {
    std::size_t first;
    std::size_t count;
};

/// Somewhere in `bytes`, which isn't empty; mostly short.
Place place(const std::string& bytes, Random& random) {
    const auto first = below(random, bytes.size());
    const auto longest = std::min<std::size_t>(bytes.size() - first, 1 + below(random, 64));
    return {first, 1 + below(random, longest)};
}

void flip(std::string& bytes, Random& random) {
    auto& byte = bytes[below(random, bytes.size())];
    byte = static_cast<char>(byte ^ (1 << below(random, 8)));
}

void cut(std::string& bytes, Random& random) { bytes.resize(below(random, bytes.size())); }

void overwrite(std::string& bytes, Random& random) {
    const auto [first, count] = place(bytes, random);
    for (std::size_t k = first; k < first + count; ++k) bytes[k] = static_cast<char>(random());
}

void remove(std::string& bytes, Random& random) {
    const auto [first, count] = place(bytes, random);
    bytes.erase(first, count);
}

/// A copy of one place, put in at another.
void repeat(std::string& bytes, Random& random) {
    const auto [first, count] = place(bytes, random);
    bytes.insert(below(random, bytes.size()), bytes.substr(first, count));
}

/// An edge in the place of as many bytes, or of none.
void put_edge(std::string& bytes, Random& random) {
    const auto edge = edges[below(random, edges.size())];
    const auto first = below(random, bytes.size());
    bytes.replace(first, random() % 2 == 0 ? edge.size() : 0, edge);
}

constexpr void (*ways[])(std::string&, Random&) = {flip,   flip,   cut,      overwrite,
                                                   remove, repeat, put_edge, put_edge};

}  // namespace

std::size_t below(Random& random, std::size_t count) { return random() % count; }

std::string mutated(std::string bytes, Random& random) {
    for (auto left = 1 + below(random, 4); left > 0 && !bytes.empty(); --left) {
        ways[below(random, std::size(ways))](bytes, random);
    }
    return bytes;
}

}  // namespace faultline::fuzz
