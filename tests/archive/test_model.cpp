#include <faultline/archive/model.h>
#include <faultline/core/error.h>
#include <gtest/gtest.h>

#include "zip_writer.h"

namespace faultline::archive {
namespace {

/// What check_model() says of a file with this code; empty when it accepts it.
std::string complaint(const std::string& code, const std::string& name = "net/code/__torch__.py",
                      bool deflate = false) {
    const auto bytes =
        make_zip({{"net/data.pkl", "x"}, {name, code}, {"net/version", "3"}}, {.deflate = deflate})
            .bytes;
    try {
        check_model({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, "net.pt");
        return "";
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::input);
        return error.what();
    }
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Model, WhoseCodeReachesFilesIsRefusedWithEntryAndCall) {
    for (const std::string call : {"save", "from_file"}) {
        for (const std::string form : {"torch.", "torch . ", "torch.\\\n", "ops.aten."}) {
            const auto code = "def forward(self, x):\n  _0 = " + form + call + "(x, \"f\")\n";
            const auto message = complaint(code);
            EXPECT_TRUE(contains(message, "net.pt: its code (net/code/__torch__.py)")) << message;
            EXPECT_TRUE(contains(message, "calls " + call)) << message;
            EXPECT_EQ(complaint(code, "net/code/__torch__.py", true), message);
        }
    }
}

TEST(Model, IsReadToTheEndOfItsCode) {
    const std::string long_code(3U << 20U, '#');
    EXPECT_TRUE(contains(complaint(long_code + "\ntorch.save(x, y)"), "calls save"));
    EXPECT_TRUE(contains(complaint("torch.save("), "calls save"));
}

TEST(Model, MayHaveNamesThatOnlyLookLikeThoseCalls) {
    EXPECT_EQ(complaint("save(x) torch.saved(x) torch.unsave(x) torch.save_(x) x.save = 3"), "");
    EXPECT_EQ(complaint("torch.save"), "");
    EXPECT_EQ(complaint("torch.save(x)", "net/extra/readme.txt"), "");
    EXPECT_EQ(complaint("torch.save(x)", "net/code/__torch__.py.debug_pkl"), "");
}

TEST(Model, MustBeAWholeArchiveToo) {
    const auto bytes = make_zip({{"net/code/a.py", "x"}}).bytes;
    EXPECT_THROW(check_model({reinterpret_cast<const unsigned char*>(bytes.data()), 20}, "net.pt"),
                 core::Error);
    EXPECT_THROW(check_model("/no/such/file.pt"), core::Error);
}

}  // namespace
}  // namespace faultline::archive
