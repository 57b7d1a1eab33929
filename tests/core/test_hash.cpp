#include <faultline/core/files.h>
#include <faultline/core/hash.h>

#include <utility>

#include "message.h"
#include "support/folder.h"

namespace faultline::core {
namespace {

// FIPS 180-4, examples; the empty text and a million times 'a' from NIST's vectors.
TEST(Hash, AgreesWithThePublishedValues) {
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hash, PiecesCountAsTheWhole) {
    const std::string text = "faults in weights";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        Sha256 hash;
        hash.update(text.substr(0, cut)).update(std::as_bytes(std::span(text)).subspan(cut));
        Sha256 moved = std::move(hash);
        EXPECT_EQ(moved.hex(), sha256(text));
    }
}

TEST(Hash, AFileHashesAsItsBytes) {
    const TemporaryFolder folder;
    for (const std::size_t count : {0U, 1U, (1U << 20U) - 1, 1U << 20U, (1U << 20U) + 1}) {
        const std::string bytes(count, 'x');
        write_file(folder.path / "file", bytes);
        EXPECT_EQ(sha256_file(folder.path / "file"), sha256(bytes));
    }
}

TEST(Hash, AFileThatCannotBeReadIsNamed) {
    const auto message = message_of(Fault::input, [] { sha256_file("/no/such/model.pt"); });
    EXPECT_TRUE(contains(message, "/no/such/model.pt")) << message;
}

}  // namespace
}  // namespace faultline::core
