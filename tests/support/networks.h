#pragma once

#include <ATen/ATen.h>
#include <faultline/network/network.h>

#include <cstring>
#include <ostream>
#include <string>
#include <vector>

#include "support/data.h"

/// Networks and images for tests.
namespace faultline::tests {

inline network::Network load_cpu(const std::string& path) {
    network::Settings settings;
    settings.model = path;
    settings.device = "cpu";
    return network::load(settings);
}

/// The tiny model with its shapes measured on `size` x `size` images.
inline network::Network load_model(const std::string& name, int size) {
    auto network = load_cpu(model(name));
    network.measure_shapes({3, size, size});
    return network;
}

/// Seeded values in [-2, 2).
inline at::Tensor images(int count, int size, int seed = 1) {
    const auto number = at::arange(std::int64_t{count} * 3 * size * size, at::kLong);
    const auto mixed =
        number.mul(7919).add(std::int64_t{seed} * 104729).mul(number.add(31)).remainder(4001);
    return mixed.to(at::kFloat).div(1000).sub(2).reshape({count, 3, size, size});
}

/// Equal as bits: NaN equals the same NaN.
inline bool same_bits(const at::Tensor& left, const at::Tensor& right) {
    return left.sizes() == right.sizes() &&
           at::equal(left.contiguous().view(at::kInt), right.contiguous().view(at::kInt));
}

/// Sets a weight's word, and puts the old one back when it goes out of scope.
class ScopedWord {
 public:
    ScopedWord(const at::Tensor& weight, std::int64_t element, std::uint32_t word)
        : word_(static_cast<std::uint32_t*>(weight.data_ptr()) + element), old_(*word_) {
        *word_ = word;
    }
    ~ScopedWord() { *word_ = old_; }
    ScopedWord(const ScopedWord&) = delete;
    ScopedWord& operator=(const ScopedWord&) = delete;

    std::uint32_t old() const { return old_; }

 private:
    std::uint32_t* word_;
    std::uint32_t old_;
};

struct TinyModel {
    std::string name;
    int size;
};

/// Its name in the names of tests.
inline void PrintTo(const TinyModel& model, std::ostream* stream) { *stream << model.name; }

/// Every tiny model that loads.
inline const std::vector<TinyModel>& tiny_models() {
    static const std::vector<TinyModel> models = {{"plain_traced", 8},
                                                  {"plain_scripted", 8},
                                                  {"branches_traced", 16},
                                                  {"branches_scripted", 16},
                                                  {"wide", 16},
                                                  {"tuple_output", 8},
                                                  {"control_flow", 16},
                                                  {"tied", 8},
                                                  {"in_place_input", 8},
                                                  {"changes_its_input", 8},
                                                  {"warns", 8},
                                                  {"gelu", 8},
                                                  {"parameters", 20},
                                                  {"weight_norm", 8},
                                                  {"attention", 10},
                                                  {"tokens", 16},
                                                  {"batch_wide", 8},
                                                  {"split", 8},
                                                  {"layouts", 8},
                                                  {"conditional", 8},
                                                  {"fixed8", 8},
                                                  {"fixed_mixed", 8}};
    return models;
}

}  // namespace faultline::tests
