#pragma once

#include <faultline/network/network.h>

#include <optional>
#include <string>
#include <vector>

#include "settings.h"

namespace faultline::cli {

/// A model file of the settings, and what it stores.
struct StoredNetwork {
    std::string place;  ///< where a config names it: "network.model", "network.quantized[0]"
    std::string path;
    network::Description description;  ///< shapes aren't measured

    std::string format() const { return description.format(); }
};

/// A network in the formats that the settings name, of which one is in memory at a time.
class StoredNetworks {
 public:
    /// Reads every file once. Throws core::Error for whatever is wrong with one (input) and, naming
    /// file, tensor and way out, for files of other tensors (input), files of one format, and
    /// formats asked for that no file stores (usage). `settings.evaluation.threads` becomes a
    /// number.
    explicit StoredNetworks(Settings& settings);

    /// Those to be measured: the settings' formats in their order; the files' where none is named.
    const std::vector<StoredNetwork>& chosen() const { return chosen_; }

    /// Loads it, unless it is the one that was read last.
    network::Network take(const StoredNetwork& stored);

 private:
    Settings& settings_;
    std::vector<StoredNetwork> chosen_;
    std::optional<network::Network> last_;
};

/// How to load the file that a config names at `place`. Throws core::Error(usage) when `settings`
/// name none there.
network::Settings settings_of(const network::Settings& settings, const std::string& place);

/// Throws core::Error(input) unless `other` holds the same tensors as `first`: equal names and
/// shapes in the same order, in the same layers.
void require_same_tensors(const network::Description& first, const network::Description& other);

/// Those of `all` that are named, in the order of the names. Throws core::Error(usage) for a name
/// given twice or a format that none stores, telling which command makes it.
std::vector<StoredNetwork> choose_formats(const std::vector<StoredNetwork>& all,
                                          const std::vector<std::string>& names);

}  // namespace faultline::cli
