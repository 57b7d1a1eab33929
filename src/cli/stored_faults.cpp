#include "stored_faults.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/hash.h>
#include <fmt/format.h>

namespace faultline::cli {
namespace {

constexpr std::uint64_t limit_bytes = 8ULL << 30U;

/// Where the row `count` rows behind `begin` starts; npos when the text ends before.
std::size_t skip_rows(const std::string& text, std::size_t begin, std::uint64_t count) {
    for (; count > 0; --count) {
        const auto end = text.find('\n', begin);
        if (end == std::string::npos) return end;
        begin = end + 1;
    }
    return begin;
}

}  // namespace

std::string read_faults(const core::StoredValue& result, const std::filesystem::path& result_path) {
    const auto recorded = result["faults"];
    const std::filesystem::path name = recorded["file"].text();
    if (name != name.filename()) {
        throw core::Error(core::Fault::input,
                          fmt::format("{} is '{}', but the list lies beside the result; was the "
                                      "file changed?",
                                      recorded["file"].where(), name.string()));
    }
    const auto path = result_path.parent_path() / name;
    auto faults = core::read_file(path, limit_bytes);
    const auto sha256 = core::sha256(faults);
    if (sha256 == recorded["sha256"].text()) return faults;
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: its SHA-256 is {}, but {} has {}; was it changed?", path.string(), sha256,
                    recorded["sha256"].where(), recorded["sha256"].text()));
}

std::string listed_rows(const std::string& faults, const core::StoredValue& trial) {
    const auto range = trial["faults"];
    const auto header = skip_rows(faults, 0, 1);
    const auto begin =
        header == std::string::npos ? header : skip_rows(faults, header, range["first"].count());
    const auto end =
        begin == std::string::npos ? begin : skip_rows(faults, begin, range["count"].count());
    if (end != std::string::npos) return faults.substr(begin, end - begin);
    throw core::Error(core::Fault::input,
                      fmt::format("{} reaches beyond the end of the fault list", range.where()));
}

}  // namespace faultline::cli
