#include "cache_folder.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace faultline::dataset {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view tag_name = "CACHEDIR.TAG";
constexpr std::string_view tag =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Prepared images of faultline. Every file here may be removed at any time.\n";

fs::path variable(const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? fs::path() : fs::path(text);
}

bool is_tagged(const fs::path& folder) {
    std::ifstream file(folder / tag_name, std::ios::binary);
    std::string text(tag.size(), '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    return file && text == tag;
}

bool is_hidden(const fs::directory_entry& entry) {
    return entry.path().filename().string().starts_with('.');
}

[[noreturn]] void refuse_folder(const fs::path& folder, const std::string& reason) {
    throw core::Error(core::Fault::usage,
                      fmt::format("image cache: {}: {}; give another --cache-folder, or --no-cache",
                                  folder.string(), reason));
}

bool holds_nothing(const fs::path& folder) {
    return std::ranges::all_of(fs::directory_iterator(folder), is_hidden);
}

}  // namespace

fs::path cache_folder(const std::string& named) {
    if (!named.empty()) return named;
    // The standard says that a relative path is to be passed over.
    if (const auto root = variable("XDG_CACHE_HOME"); root.is_absolute()) {
        return root / "faultline" / "images";
    }
    if (const auto home = variable("HOME"); home.is_absolute()) {
        return home / ".cache" / "faultline" / "images";
    }
    throw core::Error(core::Fault::usage,
                      "image cache: neither XDG_CACHE_HOME nor HOME names a place for it; give "
                      "--cache-folder, or --no-cache");
}

void require_own(const fs::path& folder) {
    try {
        if (!fs::exists(folder)) return;
        if (!fs::is_directory(folder)) refuse_folder(folder, "not a folder");
        // The tag is there before anything else of ours, so it is looked for once more after
        // another process's files were seen.
        if (is_tagged(folder) || holds_nothing(folder) || is_tagged(folder)) return;
    } catch (const fs::filesystem_error& error) {
        refuse_folder(folder, error.code().message());
    }
    refuse_folder(folder, fmt::format("holds other files and no {} of faultline", tag_name));
}

void make_own(const fs::path& folder) {
    try {
        core::require_writable_folder(folder);
        if (!is_tagged(folder)) core::write_file(folder / tag_name, tag);
    } catch (const core::Error& error) {
        throw core::Error(core::Fault::usage,
                          fmt::format("image cache: {}; give another --cache-folder, or --no-cache",
                                      error.what()));
    }
}

}  // namespace faultline::dataset
