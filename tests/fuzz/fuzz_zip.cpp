// A model file's zip, as it is checked before LibTorch sees it.

#include <faultline/archive/model.h>

#include <algorithm>
#include <set>
#include <vector>

#include "fuzz.h"

namespace faultline::fuzz {
namespace {

/// Small, so that what expands is found out soon.
constexpr archive::Limits limits = {
    .file_bytes = 1U << 20U, .expanded_bytes = 1U << 18U, .entries = 1000};

std::vector<archive::Entry> check(Bytes bytes) {
    return archive::check_model(bytes, "net.pt", limits);
}

void require_promises(const std::vector<archive::Entry>& entries) {
    std::set<std::string> names;
    std::uint64_t left = limits.expanded_bytes;
    for (const auto& entry : entries) {
        require(!entry.name.empty() && names.insert(entry.name).second, "names are told apart");
        require(entry.size_bytes <= left, "an archive expands within its limit");
        left -= entry.size_bytes;
    }
    require(!entries.empty() && entries.size() <= limits.entries, "entries are counted");
}

}  // namespace

bool take(Bytes bytes) {
    std::vector<archive::Entry> entries;
    if (!accepts([&] { entries = check(bytes); })) return false;
    require_promises(entries);
    std::vector<std::uint8_t> longer(bytes.begin(), bytes.end());
    longer.push_back('x');
    require(!accepts([&] { check(longer); }), "no byte lies behind the archive");
    require(!accepts([&] { check(bytes.first(bytes.size() - 1)); }), "no byte may be missing");
    return true;
}

}  // namespace faultline::fuzz
