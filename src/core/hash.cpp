#include <fmt/format.h>
#include <openssl/evp.h>

#include <faultline/core/hash.h>
#include <array>
#include <cassert>
#include <new>
#include <stdexcept>
#include <vector>

#include "descriptor.h"

namespace faultline::core {

namespace {

/// The library fails only when it is broken or memory is short: no user can mend that.
void require(int result) {
    if (result != 1) throw std::runtime_error("SHA-256 is not available in this OpenSSL");
}

}  // namespace

struct Sha256::Context {
    EVP_MD_CTX* digest = EVP_MD_CTX_new();

    Context() {
        if (digest == nullptr) throw std::bad_alloc();
    }
    ~Context() { EVP_MD_CTX_free(digest); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    require(EVP_DigestInit_ex(context_->digest, EVP_sha256(), nullptr));
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::span<const std::byte> bytes) {
    assert(context_);
    require(EVP_DigestUpdate(context_->digest, bytes.data(), bytes.size()));
    return *this;
}

Sha256& Sha256::update(std::string_view text) { return update(std::as_bytes(std::span(text))); }

std::array<unsigned char, 32> Sha256::digest() {
    assert(context_);
    std::array<unsigned char, 32> digest{};
    require(EVP_DigestFinal_ex(context_->digest, digest.data(), nullptr));
    context_.reset();
    return digest;
}

std::string Sha256::hex() {
    std::string text;
    for (const auto byte : digest()) text += fmt::format("{:02x}", byte);
    return text;
}

std::string sha256(std::string_view text) { return Sha256().update(text).hex(); }

std::string sha256_base64(std::string_view text) {
    const auto digest = Sha256().update(text).digest();
    std::array<unsigned char, 45> encoded{};  // 4 letters for 3 bytes, and a zero
    const auto length =
        EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
    return {encoded.begin(), encoded.begin() + length};
}

std::string sha256_file(const std::filesystem::path& path) {
    auto file = Descriptor::regular(path);
    std::vector<std::byte> buffer(1U << 20U);
    Sha256 hash;
    while (const auto count = file.read(buffer)) hash.update(std::span(buffer).first(count));
    return hash.hex();
}

}  // namespace faultline::core
