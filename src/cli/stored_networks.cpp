#include "stored_networks.h"

#include <faultline/core/error.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "session.h"

namespace faultline::cli {
namespace {

using network::Description;
using network::WeightTensor;

constexpr const char* model_place = "network.model";

std::string quantized_place(std::size_t index) {
    return fmt::format("network.quantized[{}]", index);
}

std::vector<std::string> places(const network::Settings& settings) {
    std::vector<std::string> all = {model_place};
    for (std::size_t i = 0; i < settings.quantized.size(); ++i) all.push_back(quantized_place(i));
    return all;
}

[[noreturn]] void refuse_other(const std::string& message) {
    throw core::Error(core::Fault::input, message);
}

bool holds(const Description& network, const std::string& name) {
    return std::any_of(network.tensors.begin(), network.tensors.end(),
                       [&](const WeightTensor& tensor) { return tensor.name == name; });
}

bool has_batch_norm(const Description& network) {
    return std::any_of(
        network.tensors.begin(), network.tensors.end(),
        [](const WeightTensor& tensor) { return tensor.role == network::Role::scale; });
}

/// Folding takes batch-norms away and may give convolutions a bias.
std::string way_out(const Description& first, const Description& other) {
    if (has_batch_norm(first) != has_batch_norm(other)) {
        return "batch-norm was folded into its neighbours; compare with the float network that "
               "`faultline quantize --fold-only` writes";
    }
    return "are they the same network?";
}

void require_all(const Description& from, const Description& in, const std::string& advice) {
    for (const auto& tensor : from.tensors) {
        if (holds(in, tensor.name)) continue;
        refuse_other(fmt::format("{} has no tensor {}, {} has: {}", in.path, tensor.name, from.path,
                                 advice));
    }
}

std::string layer_of(const Description& network, const WeightTensor& tensor) {
    return network.layers[static_cast<std::size_t>(tensor.layer)].name;
}

void require_distinct_formats(const std::vector<StoredNetwork>& all) {
    for (auto one = all.begin(); one != all.end(); ++one) {
        const auto twin = std::find_if(one + 1, all.end(), [&](const StoredNetwork& other) {
            return other.format() == one->format();
        });
        if (twin == all.end()) continue;
        throw core::Error(core::Fault::usage,
                          fmt::format("quantized: {} and {} both store {}; give each format once",
                                      one->path, twin->path, one->format()));
    }
}

/// A result tells once what its networks were hardened by.
void require_alike_hardened(const Description& first, const Description& other) {
    if (first.hardening == other.hardening) return;
    const auto told = [](const Description& network) {
        return network.hardening ? json(*network.hardening).dump() : std::string("not hardened");
    };
    refuse_other(
        fmt::format("{} and {} are hardened differently ({}; {}): harden the float network, and "
                    "quantize what that makes",
                    first.path, other.path, told(first), told(other)));
}

/// "fixed8", to be made of the float network where that is among them.
std::string how_to_make(const std::string& name, const std::vector<StoredNetwork>& all) {
    if (name.find('+') != std::string::npos) return "";
    const auto request = number::parse(name);
    if (std::holds_alternative<number::Float32>(request))
        return "; give the float network that it was made from as --model";
    const auto is_float = [](const StoredNetwork& one) { return one.format() == "float32"; };
    const auto found = std::find_if(all.begin(), all.end(), is_float);
    return fmt::format(
        "; make one with `faultline quantize {} --bits {} --calibrate IMAGES{} -o Q.pt` and give "
        "it with --quantized Q.pt",
        found == all.end() ? "M.pt" : found->path, number::bit_count(request),
        name.ends_with(":sign-magnitude") ? " --encoding sign-magnitude" : "");
}

[[noreturn]] void refuse_format(const std::string& name, const std::vector<StoredNetwork>& all) {
    std::vector<std::string> there;
    for (const auto& one : all) there.push_back(fmt::format("{} ({})", one.format(), one.path));
    throw core::Error(core::Fault::usage,
                      fmt::format("formats: no given model stores {}; there are {}{}", name,
                                  fmt::join(there, ", "), how_to_make(name, all)));
}

}  // namespace

network::Settings settings_of(const network::Settings& settings, const std::string& place) {
    auto own = settings;
    own.quantized.clear();
    if (place == model_place) return own;
    own.model_sha256.clear();  // of another file
    for (std::size_t i = 0; i < settings.quantized.size(); ++i) {
        if (place != quantized_place(i)) continue;
        own.model = settings.quantized[i];
        return own;
    }
    throw core::Error(
        core::Fault::usage,
        fmt::format("quantized: {} files, but {} is asked for; give them as the campaign did",
                    settings.quantized.size(), place));
}

void require_same_tensors(const Description& first, const Description& other) {
    const auto advice = way_out(first, other);
    require_all(first, other, advice);
    require_all(other, first, advice);
    for (std::size_t i = 0; i < first.tensors.size(); ++i) {
        const auto& left = first.tensors[i];
        const auto& right = other.tensors[i];
        if (left.name != right.name || layer_of(first, left) != layer_of(other, right)) {
            refuse_other(
                fmt::format("tensor {} of {} is {} of layer {}, of {} it is {} of layer {}: "
                            "are they the same network?",
                            i, other.path, right.name, layer_of(other, right), first.path,
                            left.name, layer_of(first, left)));
        }
        if (left.shape == right.shape) continue;
        refuse_other(fmt::format("{}: {} is {}, but {} in {}: are they the same network?",
                                 other.path, left.name, fmt::join(right.shape, "x"),
                                 fmt::join(left.shape, "x"), first.path));
    }
}

std::vector<StoredNetwork> choose_formats(const std::vector<StoredNetwork>& all,
                                          const std::vector<std::string>& names) {
    if (names.empty()) return all;
    std::vector<StoredNetwork> chosen;
    for (const auto& name : names) {
        const auto is_it = [&](const StoredNetwork& one) { return one.format() == name; };
        if (std::any_of(chosen.begin(), chosen.end(), is_it)) {
            throw core::Error(core::Fault::usage,
                              fmt::format("formats: {} is named twice; name each once", name));
        }
        const auto found = std::find_if(all.begin(), all.end(), is_it);
        if (found == all.end()) refuse_format(name, all);
        chosen.push_back(*found);
    }
    return chosen;
}

StoredNetworks::StoredNetworks(Settings& settings) : settings_(settings) {
    std::vector<StoredNetwork> all;
    for (const auto& place : places(settings.network)) {
        last_.reset();
        last_ = load_network(settings, place);
        const auto& description = last_->description();
        if (!all.empty()) {
            require_same_tensors(all.front().description, description);
            require_alike_hardened(all.front().description, description);
        }
        all.push_back({place, description.path, description});
    }
    require_distinct_formats(all);
    chosen_ = choose_formats(all, settings.campaign.formats);
}

network::Network StoredNetworks::take(const StoredNetwork& stored) {
    if (last_ && last_->description().path == stored.path) {
        auto network = std::move(*last_);
        last_.reset();
        return network;
    }
    last_.reset();
    return load_network(settings_, stored.place);
}

}  // namespace faultline::cli
