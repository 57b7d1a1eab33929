#pragma once

#include <faultline/network/program.h>

#include <cstdint>
#include <set>
#include <vector>

namespace faultline::evaluation {

/// What a value of a pass has to do with the images of its batch.
enum class ValueKind {
    fixed,  ///< nothing: a constant, a weight, or made of those alone
    row,    ///< a tensor with one row (dimension 0) for each image
    list,   ///< a list of such tensors
    shape,  ///< follows from the images' count and shape alone, whatever they show, and from no
            ///< weight
    mixed,  ///< made of all images at once, or decided by what they show
};

/// Finds each value's kind while a pass walks by.
class ValueKinds {
 public:
    ValueKinds(const network::Program& program, std::int64_t batch);

    /// To be called after each step, in order.
    void observe(const network::Step& step, const network::State& state);

    ValueKind of(network::ValueId value) const { return kinds_[static_cast<std::size_t>(value)]; }

    const std::vector<ValueKind>& all() const { return kinds_; }

    /// Values that lie in a weight's own memory: a fault there changes them under one's hands.
    const std::vector<bool>& in_weights() const { return in_weights_; }

 private:
    bool any_input(const network::Step& step, const std::vector<bool>& values) const;
    ValueKind kind_of(const c10::IValue& value, bool from_shapes) const;

    std::int64_t batch_;
    std::set<const void*> weight_memory_;
    std::vector<ValueKind> kinds_;
    std::vector<bool> in_weights_;
    std::vector<bool> weighted_;  ///< made of weights, also
    std::vector<bool> unsteady_;  ///< whose shape may depend on what the images show
};

}  // namespace faultline::evaluation
