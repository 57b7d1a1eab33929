#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace faultline::core {

/// SHA-256 of bytes fed piece by piece.
class Sha256 {
 public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    Sha256& update(std::span<const std::byte> bytes);
    Sha256& update(std::string_view text);

    /// Nothing may be fed afterwards.
    std::array<unsigned char, 32> digest();

    /// 64 lower-case hexadecimal digits. Nothing may be fed afterwards.
    std::string hex();

 private:
    struct Context;
    std::unique_ptr<Context> context_;
};

std::string sha256(std::string_view text);

/// In base64 (44 letters), as a Content-Security-Policy names it.
std::string sha256_base64(std::string_view text);

/// Throws Error(input) when the file can't be read.
std::string sha256_file(const std::filesystem::path& path);

}  // namespace faultline::core
