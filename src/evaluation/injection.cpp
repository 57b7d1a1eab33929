#include <faultline/core/error.h>
#include <faultline/evaluation/injection.h>
#include <fmt/format.h>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <map>

#include "stored_word.h"

namespace faultline::evaluation {
namespace {

/// The tensor's memory as one row of 32-bit integers, whatever its strides.
at::Tensor words_of(const at::Tensor& weight) {
    std::int64_t span = 1;
    for (std::int64_t d = 0; d < weight.dim(); ++d) span += (weight.size(d) - 1) * weight.stride(d);
    return weight.detach().as_strided({span}, {1}).view(at::kInt);
}

/// Where element number `element` (row-major) of the tensor lies in its memory.
std::int64_t memory_place(const at::Tensor& weight, std::int64_t element) {
    std::int64_t place = 0;
    for (std::int64_t d = weight.dim() - 1; d >= 0; --d) {
        place += element % weight.size(d) * weight.stride(d);
        element /= weight.size(d);
    }
    return place;
}

at::Tensor to_device(const std::vector<std::int64_t>& values, at::Device device) {
    return at::tensor(values, at::kLong).to(device);
}

at::Tensor to_device(const std::vector<std::uint32_t>& words, at::Device device) {
    auto tensor = at::empty({static_cast<std::int64_t>(words.size())}, at::kInt);
    std::copy(words.begin(), words.end(), reinterpret_cast<std::uint32_t*>(tensor.data_ptr<int>()));
    return tensor.to(device);
}

std::vector<std::uint32_t> on_host(const at::Tensor& words) {
    const auto host = words.to(at::kCPU);
    const auto* first = reinterpret_cast<const std::uint32_t*>(host.data_ptr<int>());
    return {first, first + host.numel()};
}

}  // namespace

/// The words of one weight tensor that are hit, each once. Faults act on the word as the tensor's
/// format stores it; what is written is the float32 pattern of the number it stands for.
struct Injection::TensorWords {
    std::int32_t tensor = 0;
    const network::WeightTensor* description = nullptr;
    at::Tensor memory;
    at::Tensor places;
    at::Tensor found;  ///< golden, on the device: restoring needs no memory there
    std::vector<std::int64_t> elements;
    std::vector<std::uint32_t> golden;  ///< float32 patterns
    std::vector<std::uint32_t> faulty;  ///< ... to be written

    at::Tensor read() const { return memory.index_select(0, places); }

    /// An XOR in the device's own memory.
    void toggle() {
        std::vector<std::uint32_t> masks(golden.size());
        std::transform(golden.begin(), golden.end(), faulty.begin(), masks.begin(),
                       std::bit_xor<>());
        const auto words =
            memory.index_select(0, places).bitwise_xor(to_device(masks, memory.device()));
        memory.index_copy_(0, places, words);
    }

    void write_golden() { memory.index_copy_(0, places, found); }

    WordChange strike(std::int64_t element, const fault::Effect& effect) {
        const auto place = std::lower_bound(elements.begin(), elements.end(), element);
        auto& pattern = faulty[static_cast<std::size_t>(place - elements.begin())];
        const auto change = struck(*description, pattern, effect);
        pattern = float_pattern(*description, change.after);
        return change;
    }

    void require(const std::vector<std::uint32_t>& wanted, const char* when) const {
        const auto words = on_host(read());
        const auto differs = std::mismatch(words.begin(), words.end(), wanted.begin());
        if (differs.first == words.end()) return;
        const auto index = static_cast<std::size_t>(differs.first - words.begin());
        throw core::Error(
            core::Fault::integrity,
            fmt::format("{} element {} reads {:08x} {}, but {:08x} was written; the memory or the "
                        "device is unsound",
                        description->name, elements[index], words[index], when, wanted[index]));
    }
};

Injection::Injection(const network::Network& network, std::span<const fault::Effect> effects)
    : network_(network) {
    c10::NoGradGuard no_gradients;
    collect(effects);
    strike(effects);
    try {
        faulty_ = true;
        write_faulty();
    } catch (...) {
        write_golden();
        throw;
    }
}

Injection::~Injection() {
    // A failing device can't be written to any more; whoever uses it next finds out by its hash.
    try {
        if (faulty_) write_golden();
    } catch (...) {
    }
}

void Injection::collect(std::span<const fault::Effect> effects) {
    std::map<std::int32_t, std::vector<std::int64_t>> hit;
    for (const auto& effect : effects) {
        const auto& word = std::get<fault::WeightWord>(effect.location);
        hit[word.tensor].push_back(word.element);
    }
    for (auto& [tensor, elements] : hit) {
        std::sort(elements.begin(), elements.end());
        elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
        const auto weight = network_.weight(tensor);
        std::vector<std::int64_t> places;
        for (const auto element : elements) places.push_back(memory_place(weight, element));
        TensorWords words;
        words.tensor = tensor;
        words.description = &network_.description().tensors[static_cast<std::size_t>(tensor)];
        words.memory = words_of(weight);
        words.places = to_device(places, weight.device());
        words.elements = std::move(elements);
        words.found = words.read();
        words.golden = words.faulty = on_host(words.found);
        tensors_.push_back(std::move(words));
    }
}

void Injection::strike(std::span<const fault::Effect> effects) {
    for (const auto& effect : effects) {
        const auto& place = std::get<fault::WeightWord>(effect.location);
        const auto words =
            std::find_if(tensors_.begin(), tensors_.end(),
                         [&](const TensorWords& other) { return other.tensor == place.tensor; });
        changes_.push_back(words->strike(place.element, effect));
    }
}

void Injection::write_faulty() {
    for (auto& words : tensors_) {
        words.toggle();
        words.require(words.faulty, "after the flip");
        checks_.words_read_back += static_cast<std::int64_t>(words.elements.size());
    }
}

void Injection::write_golden() {
    faulty_ = false;
    c10::NoGradGuard no_gradients;
    for (auto& words : tensors_) words.write_golden();
}

void Injection::restore() {
    if (!faulty_) return;
    write_golden();
    for (const auto& words : tensors_) {
        words.require(words.golden, "after the restore");
        checks_.words_restored += static_cast<std::int64_t>(words.elements.size());
    }
}

}  // namespace faultline::evaluation
