// Faults lie in weights: only what a layer made of the images can be out of range. One walk over
// the program follows such values until they are kept within a range; behind a layer that waits for
// an activation function, as long as everybody who reads the value is on the way to one.

#include <faultline/core/place.h>
#include <faultline/network/clip.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <string_view>

namespace faultline::network {
namespace {

using core::place;

constexpr std::array<std::string_view, 21> activation_functions = {
    "aten::relu",       "aten::relu6",       "aten::hardtanh", "aten::clamp", "aten::clamp_min",
    "aten::clamp_max",  "aten::threshold",   "aten::prelu",    "aten::elu",   "aten::celu",
    "aten::selu",       "aten::leaky_relu",  "aten::gelu",     "aten::silu",  "aten::sigmoid",
    "aten::tanh",       "aten::log_sigmoid", "aten::softplus", "aten::mish",  "aten::hardswish",
    "aten::hardsigmoid"};

/// What may stand between a layer and its activation function.
constexpr std::array<std::string_view, 5> on_the_way = {"aten::batch_norm", "aten::add",
                                                        "aten::sub", "aten::mul", "aten::div"};

template <std::size_t Count>
bool is_among(const std::array<std::string_view, Count>& names, const Step& step) {
    return std::ranges::find(names, step.operation) != names.end();
}

class Finder {
 public:
    explicit Finder(const Network& network)
        : network_(network),
          program_(network.program()),
          readers_(program_.constants.size()),
          images_(program_.constants.size(), false),
          weights_(program_.constants.size(), none),
          open_(program_.constants.size(), none) {
        for (const auto& step : program_.steps) {
            // A check has no outputs: what it reads goes no further.
            if (reads_shape_only(step) || step.outputs.empty()) continue;
            for (const auto value : step.inputs) readers_[place(value)].push_back(&step);
        }
        for (std::size_t i = 0; i < program_.weights.size(); ++i)
            weights_[place(program_.weights[i])] = network.description().tensors[i].layer;
        images_[place(program_.input)] = true;
    }

    std::vector<ClipPoint> find() {
        std::vector<ClipPoint> points;
        for (int index = 0; index < static_cast<int>(program_.steps.size()); ++index) {
            const auto layer = opened_by(program_.steps[place(index)]);
            if (layer == none) continue;
            const auto& step = program_.steps[place(index)];
            if (is_point(index)) {
                points.push_back({index, layer});
            } else {
                for (const auto value : step.outputs) open_[place(value)] = layer;
            }
        }
        return points;
    }

 private:
    static constexpr int none = -1;

    /// Passes on what is known of the step's inputs. Returns the last layer behind its outputs, if
    /// they may be out of range.
    int opened_by(const Step& step) {
        if (reads_shape_only(step)) return none;
        bool images = false;
        int weights = none, open = none;
        for (const auto value : step.inputs) {
            images = images || images_[place(value)];
            weights = std::max(weights, weights_[place(value)]);
            open = std::max(open, open_[place(value)]);
        }
        for (const auto value : step.outputs) {
            images_[place(value)] = images;
            weights_[place(value)] = images ? none : weights;
        }
        if (!images) return none;
        return weights != none ? weights : open;
    }

    bool is_point(int index) const {
        const auto& step = program_.steps[place(index)];
        const bool is_tensor = step.outputs.size() == 1 &&
                               !network_.description().nodes[place(index) + 1].shape.empty();
        if (!is_tensor || step.node < 0) return false;
        if (is_among(activation_functions, step)) return true;
        const auto output = step.outputs[0];
        const auto& readers = readers_[place(output)];
        return output == program_.output || readers.empty() ||
               !std::ranges::all_of(readers, [](const Step* reader) {
                   return is_among(on_the_way, *reader) || is_among(activation_functions, *reader);
               });
    }

    const Network& network_;
    const Program& program_;
    std::vector<std::vector<const Step*>> readers_;  ///< of each value, but for its shape
    std::vector<bool> images_;                       ///< made of the images
    std::vector<int> weights_;  ///< the last layer whose weights alone it is made of, or none
    std::vector<int> open_;  ///< the last layer behind it that it may be out of range by, or none
};

}  // namespace

std::vector<ClipPoint> clip_points(const Network& network) { return Finder(network).find(); }

std::int64_t element_count(const Description& description, const ClipPoint& point) {
    const auto& shape = description.nodes.at(place(point.step) + 1).shape;
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

}  // namespace faultline::network
