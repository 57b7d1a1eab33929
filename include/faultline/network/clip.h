#pragma once

#include <faultline/network/hardening.h>
#include <faultline/network/network.h>

#include <span>
#include <vector>

/// Activations kept within ranges, by operations of the graph: a change of the network that the
/// memory knows nothing of.
namespace faultline::network {

/// A value of the program that can be kept within a range.
struct ClipPoint {
    int step = 0;   ///< whose output it is
    int layer = 0;  ///< the last layer that it went through

    bool operator==(const ClipPoint&) const = default;
};

/// Where what layers make of images is kept within ranges: behind each activation function, and
/// where none follows (but for sums and batch-norms on the way), behind the layer. What is computed
/// of such values without weights can't leave far what it was, and isn't a point. Needs the
/// network's shapes. None where it can't be cut into steps.
std::vector<ClipPoint> clip_points(const Network& network);

/// Numbers of the point's value for one image.
std::int64_t element_count(const Description& description, const ClipPoint& point);

/// A point and the range that it gets.
struct Clip {
    ClipPoint point;
    ActivationRange range;
};

/// How many operations of the graph keep a value within its range.
int clip_operations(Beyond beyond);

/// The network with its values kept within the clips' ranges: NaN becomes 0, and what lies beyond
/// becomes what `made` says. Weights, their names and order stay as they are; a value within its
/// range keeps its bits. What `made` tells of points and added operations is filled in. Throws
/// Error(input) when the network can't be cut into steps.
Network with_clips(const Network& network, std::span<const Clip> clips, Hardening made);

}  // namespace faultline::network
