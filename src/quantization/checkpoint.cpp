#include "checkpoint.h"

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <fmt/format.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <cmath>
#include <limits>

namespace faultline::quantization {
namespace {

using Tensors = std::vector<at::Tensor>;

constexpr std::uint64_t limit_bytes = std::uint64_t{64} << 30U;

core::Json epochs_json(const std::vector<Epoch>& epochs) {
    auto json = core::Json::array();
    for (const auto& epoch : epochs) {
        json.push_back({{"training_loss",
                         epoch.training_loss ? core::Json(*epoch.training_loss) : core::Json()},
                        {"held_out_loss", epoch.held_out_loss},
                        {"held_out_top1", epoch.held_out_top1}});
    }
    return json;
}

/// A loss that is NaN or infinite is written as null.
std::vector<Epoch> epochs_of(const core::Json& json) {
    std::vector<Epoch> epochs;
    for (const auto& epoch : json) {
        const auto& training = epoch.at("training_loss");
        const auto& held_out = epoch.at("held_out_loss");
        epochs.push_back(
            {training.is_null() ? std::nullopt : std::optional(training.get<double>()),
             held_out.is_null() ? std::numeric_limits<double>::quiet_NaN() : held_out.get<double>(),
             epoch.at("held_out_top1")});
    }
    return epochs;
}

Tensors on_host(const Tensors& tensors) {
    Tensors host;
    for (const auto& tensor : tensors) host.push_back(tensor.detach().to(at::kCPU));
    return host;
}

Checkpoint parse(const std::string& bytes) {
    const auto value = torch::jit::pickle_load({bytes.begin(), bytes.end()});
    const auto& parts = value.toTupleRef().elements();
    const auto json = core::parse_json(parts.at(0).toStringRef(), "its description");
    return {json.at("task"),
            {epochs_of(json.at("epochs")), json.at("best").get<int>(), json.at("diverged")},
            parts.at(1).toTensorVector(),
            parts.at(2).toTensorVector(),
            {json.at("steps"), parts.at(3).toTensorVector(), parts.at(4).toTensorVector()}};
}

void require_same(const core::Json& task, const core::Json& found,
                  const std::filesystem::path& file) {
    const auto difference = core::first_difference(found, task);
    if (difference.empty()) return;
    throw core::Error(core::Fault::usage,
                      fmt::format("{}: begun with another {}; go on as it was begun, or delete the "
                                  "file to start anew",
                                  file.string(), difference));
}

}  // namespace

void save(const Checkpoint& checkpoint, const std::filesystem::path& file) {
    const core::Json json = {{"task", checkpoint.task},
                             {"epochs", epochs_json(checkpoint.tuned.epochs)},
                             {"best", checkpoint.tuned.best},
                             {"diverged", checkpoint.tuned.diverged},
                             {"steps", checkpoint.moments.steps}};
    const auto bytes = torch::jit::pickle_save(c10::ivalue::Tuple::create(
        {json.dump(), on_host(checkpoint.weights), on_host(checkpoint.best),
         on_host(checkpoint.moments.first), on_host(checkpoint.moments.second)}));
    core::write_file(file, {bytes.data(), bytes.size()});
}

std::optional<Checkpoint> load(const core::Json& task, const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) return {};
    const auto bytes = core::read_file(file, limit_bytes);
    Checkpoint found;
    try {
        found = parse(bytes);
    } catch (const std::exception& error) {
        const std::string text = error.what();
        throw core::Error(
            core::Fault::input,
            fmt::format("{}: not a checkpoint of fine-tuning, or damaged ({}); delete "
                        "it to start anew",
                        file.string(), text.substr(0, text.find('\n'))));
    }
    require_same(task, found.task, file);
    return found;
}

}  // namespace faultline::quantization
