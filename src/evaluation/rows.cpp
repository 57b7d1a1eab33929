#include "rows.h"

#include <ATen/ATen.h>
#include <faultline/core/place.h>

namespace faultline::evaluation {
namespace {

/// Strides of dimensions outside the rows shrink with them.
std::vector<std::int64_t> strides_for(const at::Tensor& whole, std::int64_t count) {
    auto strides = whole.strides().vec();
    const auto row = strides[0], rows = whole.size(0);
    for (std::size_t d = 1; d < strides.size(); ++d)
        if (strides[d] > row && row > 0 && strides[d] % rows == 0)
            strides[d] = strides[d] / rows * count;
    return strides;
}

}  // namespace

at::Tensor empty_rows(const at::Tensor& whole, std::int64_t count) {
    auto sizes = whole.sizes().vec();
    sizes[0] = count;
    if (whole.is_contiguous()) return at::empty(sizes, whole.options());
    return at::empty_strided(sizes, strides_for(whole, count), whole.options());
}

at::Tensor select_rows(const at::Tensor& whole, const at::Tensor& indices) {
    if (whole.is_contiguous()) return whole.index_select(0, indices);
    auto rows = empty_rows(whole, indices.numel());
    copy_values(rows, whole.index_select(0, indices));
    return rows;
}

void copy_values(at::Tensor target, at::Tensor source) {
    for (std::int64_t d = 0; d < target.dim(); ++d) {
        if (target.stride(d) != 0 || target.size(d) < 2) continue;
        target = target.narrow(d, 0, 1);
        source = source.narrow(d, 0, 1);
    }
    target.copy_(source);
}

at::Tensor copy_of(const at::Tensor& whole) {
    if (whole.is_non_overlapping_and_dense()) return whole.clone();
    auto copy = at::empty_strided(whole.sizes(), whole.strides(), whole.options());
    copy_values(copy, whole);
    return copy;
}

}  // namespace faultline::evaluation
