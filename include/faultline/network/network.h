#pragma once

#include <ATen/core/Tensor.h>

#include <faultline/core/options.h>
#include <faultline/fault/location.h>
#include <faultline/network/description.h>
#include <faultline/network/program.h>
#include <memory>
#include <string>
#include <vector>

namespace faultline::network {

struct Settings {
    std::string model;                   ///< TorchScript file
    std::vector<std::string> quantized;  ///< the same network stored in other formats
    std::string device = "auto";
    std::string groups;        ///< JSON file {"layer pattern": "group"}: renames and regroups
    std::string model_sha256;  ///< when given, the only file that is accepted
    bool buffers = false;      ///< running means and variances are weight tensors too
};

/// Section "network".
core::Section options(Settings& settings);

/// A loaded network on its device. The weights are shared by the reference and the program: writing
/// to weight(i) changes both.
class Network {
 public:
    struct Parts;
    explicit Network(std::unique_ptr<Parts> parts);
    ~Network();
    Network(Network&&) noexcept;
    Network& operator=(Network&&) noexcept;

    const Description& description() const;
    at::Device device() const;

    /// Tensor number `tensor` of the description, float32, in the network's own memory.
    at::Tensor weight(int tensor) const;

    /// The reference: the TorchScript interpreter (no fusion, no profiling) on the file's own
    /// graph, with only the convolutions' own cuDNN switches overridden. Never the steps. Logits
    /// [image][class] on the device.
    at::Tensor forward(const at::Tensor& images) const;

    const Program& program() const;

    /// SHA-256 over names and bytes of all parameters and buffers as they are on the device now.
    std::string weights_sha256() const;

    /// A sum over all words of all parameters and buffers as they are on the device now, modulo
    /// 2^64: another value whenever one word has changed. Much faster than the hash.
    std::uint64_t weights_checksum() const;

    /// Runs one blank image of `shape` ([channel, row, column]) and fills the description's
    /// classes, input_shape, macs and node shapes. Throws Error(input) when the network can't take
    /// such an image or gives no [image][class] scores.
    void measure_shapes(const std::vector<std::int64_t>& shape);

    /// For this part alone.
    const Parts& parts() const { return *parts_; }

 private:
    std::unique_ptr<Parts> parts_;
};

/// Loads and checks a model file. Throws Error(input), naming the file and what to do, for:
/// missing, damaged or foreign files, another SHA-256 than asked for, frozen models or models
/// without parameters, parameters that aren't float32, a forward that takes more than one input.
Network load(const Settings& settings);

/// The only bridge from a location to the program: the steps that a fault there touches first, in
/// order (several where modules share a tensor); what depends on them follows.
std::vector<int> touched_steps(const Program& program, const fault::Location& location);

}  // namespace faultline::network
