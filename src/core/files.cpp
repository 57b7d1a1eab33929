#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "descriptor.h"

namespace faultline::core {

namespace fs = std::filesystem;

namespace {

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// A name in the folder of `path` that no other writer uses: neither a thread of this process nor,
/// on a shared file system, a process of the same number on another machine (creation is
/// exclusive).
fs::path temporary_beside(const fs::path& path) {
    static std::atomic<unsigned> serial = 0;
    while (true) {
        auto name = fmt::format(".{}.{}-{}.tmp", path.filename().string(), ::getpid(), serial++);
        auto candidate = folder_of(path) / name;
        std::error_code ignored;
        if (!fs::exists(candidate, ignored)) return candidate;
    }
}

/// Removes what it names unless it was kept.
struct Temporary {
    fs::path path;
    bool kept = false;

    ~Temporary() {
        std::error_code ignored;
        if (!kept) fs::remove(path, ignored);
    }
};

/// A folder's name lies in the folder above it: unless that is synced, too, a power failure may
/// take the new folder with all that was made safe in it.
void make_folders(const fs::path& folder) {
    std::error_code failure;
    std::vector<fs::path> parents;
    auto path = folder;
    while (!fs::exists(path, failure) && path != folder_of(path)) {
        path = folder_of(path);
        parents.push_back(path);
    }
    fs::create_directories(folder, failure);
    if (failure) {
        throw Error(Fault::usage, fmt::format("{}: cannot create the folder: {}", folder.string(),
                                              failure.message()));
    }
    for (const auto& parent : parents) sync_folder(parent);
}

/// Renaming over a device or a pipe would replace it.
void require_replaceable(const fs::path& path) {
    std::error_code ignored;
    const auto type = fs::status(path, ignored).type();
    if (type == fs::file_type::regular || type == fs::file_type::not_found) return;
    if (type == fs::file_type::none) return;  // unreadable: creating the temporary says why
    throw Error(Fault::input,
                fmt::format("{}: not a regular file, so it cannot be replaced", path.string()));
}

}  // namespace

std::string read_file(const fs::path& path, std::uint64_t limit_bytes) {
    const auto require_within = [&](bool within) {
        if (within) return;
        throw Error(Fault::input, fmt::format("{}: larger than the {} bytes allowed here",
                                              path.string(), limit_bytes));
    };
    auto file = Descriptor::regular(path);
    std::error_code unknown;
    const auto size = fs::file_size(path, unknown);
    require_within(unknown || size <= limit_bytes);  // before memory is taken; it may still grow
    std::string bytes;
    std::array<std::byte, 1U << 16U> buffer;
    while (const auto count = file.read(buffer)) {
        require_within(count <= limit_bytes - bytes.size());
        bytes.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    return bytes;
}

bool read_lines(const fs::path& path, std::uint64_t limit_bytes,
                const std::function<void(std::string_view line)>& line) {
    auto file = Descriptor::regular(path);
    std::string pending;
    std::vector<std::byte> buffer(std::size_t{1} << 20U);
    while (const auto count = file.read(buffer)) {
        std::string_view bytes(reinterpret_cast<const char*>(buffer.data()), count);
        for (auto end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
            pending += bytes.substr(0, end + 1);
            line(pending);
            pending.clear();
            bytes.remove_prefix(end + 1);
        }
        pending += bytes;
        if (pending.size() > limit_bytes) {
            throw Error(Fault::input, fmt::format("{}: a line is longer than the {} bytes allowed",
                                                  path.string(), limit_bytes));
        }
    }
    return pending.empty();
}

void write_file(const fs::path& path, std::string_view bytes) {
    require_replaceable(path);
    const auto name = temporary_beside(path);
    Descriptor file(name, O_WRONLY | O_CREAT | O_EXCL, 0666);
    Temporary temporary{name};
    file.write(bytes);
    file.sync();
    file.close();
    replace_file(name, path);
    temporary.kept = true;
}

void replace_file(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        throw Error(Fault::input,
                    fmt::format("{}: cannot replace: {}", to.string(), std::strerror(errno)));
    }
    sync_folder(folder_of(to));
}

void sync_folder(const fs::path& folder) { Descriptor(folder, O_RDONLY | O_DIRECTORY).sync(); }

void require_writable_folder(const fs::path& folder) {
    make_folders(folder);
    try {
        const Temporary probe{temporary_beside(folder / "probe")};
        Descriptor file(probe.path, O_WRONLY | O_CREAT | O_EXCL, 0666);
        file.write("probe");
        file.close();
    } catch (const Error& error) {
        throw Error(Fault::usage, fmt::format("{}: cannot write files in this folder ({})",
                                              folder.string(), error.what()));
    }
}

}  // namespace faultline::core
