#pragma once

#include <faultline/network/network.h>
#include <faultline/network/route.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

/// What the machine's memory allows: decided once, before anything is measured.
namespace faultline::evaluation {

struct MemoryRequest {
    std::int64_t budget_bytes = 0;  ///< for everything the process keeps on the device
    std::int64_t used_bytes = 0;    ///< ... what it keeps there already
    std::int64_t image_count = 0;   ///< in the image set
    int batch = 0;                  ///< 0: as many as memory allows, within reason
    bool keep = true;               ///< false: only whole passes will be made
};

struct MemoryPlan {
    int batch = 1;         ///< images in a pass; the last block is padded to it
    int wanted_batch = 1;  ///< ... had memory been no matter
    /// Golden activations kept for trials to resume from (by value id).
    network::ValueSet kept;
    int kept_count = 0;
    int wanted_count = 0;         ///< values that trials could resume from
    std::int64_t bytes = 0;       ///< expected peak: what is used already and what will be
    std::int64_t kept_bytes = 0;  ///< ... the part of golden's kept values
    std::int64_t budget_bytes = 0;

    /// For people: what memory forbade; empty when nothing.
    std::string shortage() const;
};

/// Chooses the batch and what is kept. With too little memory, first fewer values are kept (those
/// whose recomputing costs least for their bytes), then the batch shrinks, unless it was given.
/// The network's shapes must have been measured. Throws Error(usage), naming both numbers, when not
/// even a plain pass over one batch (over one image, when no batch was given) fits.
MemoryPlan plan_memory(const network::Network& network, const MemoryRequest& request);

/// For a device that has less than was planned for: the plan with at most half the bytes kept, the
/// values that are missed least gone first. The batch stays, since it can change an image's bits.
/// Nothing when the output alone is kept already.
std::optional<MemoryPlan> keep_fewer(const network::Network& network, MemoryPlan plan);

/// Whether memory, the host's or the device's, ran out: whatever LibTorch throws then.
bool is_out_of_memory(const std::exception& error);

/// A share of what the device has free now plus what the process keeps there already.
std::int64_t default_budget_bytes(at::Device device);

/// What the process keeps on the device: on the CPU its anonymous memory, on CUDA its tensors.
std::int64_t used_bytes(at::Device device);

/// "auto" (0), or a number with KiB, MiB, GiB, KB, MB, GB (or K, M, G for the binary ones). Throws
/// Error(usage).
std::int64_t parse_bytes(const std::string& text);

/// "1.5 GiB".
std::string bytes_text(std::int64_t bytes);

}  // namespace faultline::evaluation
