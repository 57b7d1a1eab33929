#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>

namespace faultline::evaluation {

/// What golden took an image for, and what the faulty network took it for instead.
struct Mistaken {
    std::int32_t golden = 0;
    std::int32_t faulty = 0;

    auto operator<=>(const Mistaken&) const = default;
};

/// How often: of finite outputs whose top-1 differs from a finite golden's (sdc1). Sums add.
using Confusion = std::map<Mistaken, std::int64_t>;

/// Logits as in compare(), of `images` images.
void add_confusion(Confusion& confusion, std::span<const float> logits,
                   std::span<const float> golden, std::size_t images);

/// `confusion` += `other`.
inline void add(Confusion& confusion, const Confusion& other) {
    for (const auto& [pair, count] : other) confusion[pair] += count;
}

/// What came to `before` until it was `after`.
inline Confusion difference(const Confusion& after, const Confusion& before) {
    Confusion found;
    for (const auto& [pair, count] : after) {
        const auto known = before.find(pair);
        const auto added = count - (known == before.end() ? 0 : known->second);
        if (added > 0) found[pair] = added;
    }
    return found;
}

}  // namespace faultline::evaluation
