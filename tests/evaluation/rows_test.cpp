#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "../../src/evaluation/bits.h"
#include "../../src/evaluation/rows.h"

namespace faultline {
namespace {

using evaluation::copy_of;
using evaluation::select_rows;

constexpr int batch = 6;

struct View {
    const char* name;
    std::function<at::Tensor(at::Tensor)> of;  ///< of [image, 4, 5, 3]
};

const std::vector<View>& views() {
    static const std::vector<View> all = {
        {"contiguous", [](const at::Tensor& x) { return x; }},
        {"channels last",
         [](const at::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }},
        {"transposed", [](const at::Tensor& x) { return x.flatten(2).transpose(1, 2); }},
        {"part of the channels", [](const at::Tensor& x) { return x.narrow(1, 1, 2); }},
        {"every other row", [](const at::Tensor& x) { return x.slice(2, 0, 5, 2); }},
        {"expanded",
         [](const at::Tensor& x) {
             return x.narrow(1, 0, 1).expand({-1, 7, -1, -1});
         }},
        {"images in the middle",
         [](const at::Tensor& x) {
             return x.flatten(1)
                 .view({x.size(0), 4, 15})
                 .transpose(0, 1)
                 .contiguous()
                 .transpose(0, 1);
         }},
        {"numbers", [](const at::Tensor& x) { return x.select(1, 0).select(1, 0).select(1, 0); }}};
    return all;
}

at::Tensor images(std::int64_t count) {
    return at::arange(count * 60, at::kFloat).reshape({count, 4, 5, 3});
}

TEST(Rows, LieAsInABatchThatWasSoSmallFromTheStart) {
    for (const auto& [name, view] : views()) {
        const auto indices = at::tensor({5, 2, 2, 0}, at::kLong);
        const auto found = select_rows(view(images(batch)), indices);
        const auto wanted = view(images(batch).index_select(0, indices));
        EXPECT_TRUE(evaluation::same_bits(found, wanted)) << name;
        EXPECT_EQ(found.strides(), wanted.strides()) << name;
    }
}

TEST(Rows, OfCopiesLieAsTheirOriginals) {
    for (const auto& [name, view] : views()) {
        const auto whole = view(images(batch));
        const auto copy = copy_of(whole);
        EXPECT_TRUE(evaluation::same_bits(copy, whole)) << name;
        EXPECT_EQ(copy.strides(), whole.strides()) << name;
        EXPECT_NE(copy.data_ptr(), whole.data_ptr()) << name;
    }
}

TEST(Bits, TellZerosAndNaNsApart) {
    const auto numbers = [](std::vector<float> values) { return at::tensor(values); };
    EXPECT_TRUE(evaluation::same_bits(numbers({0.F, NAN}), numbers({0.F, NAN})));
    EXPECT_FALSE(evaluation::same_bits(numbers({0.F}), numbers({-0.F})));
    for (const auto type : {at::kDouble, at::kHalf, at::kBFloat16}) {
        EXPECT_TRUE(evaluation::same_bits(numbers({NAN}).to(type), numbers({NAN}).to(type)));
        EXPECT_FALSE(evaluation::same_bits(numbers({0.F}).to(type), numbers({-0.F}).to(type)));
    }
    EXPECT_FALSE(evaluation::same_bits(numbers({1.F}), numbers({1.F}).to(at::kDouble)));
    EXPECT_FALSE(evaluation::same_bits(numbers({1.F}), numbers({1.F}).reshape({1, 1})));
    const auto rows = evaluation::differing_rows(at::tensor({0.F, 1.F, NAN, 2.F}).reshape({2, 2}),
                                                 at::tensor({-0.F, 1.F, NAN, 2.F}).reshape({2, 2}));
    EXPECT_TRUE(at::equal(rows.to(at::kInt), at::tensor({1, 0}, at::kInt)));
}

}  // namespace
}  // namespace faultline
