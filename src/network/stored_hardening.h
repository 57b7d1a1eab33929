#pragma once

#include <faultline/network/hardening.h>

#include <optional>

namespace faultline::network {

/// What a file says of how its network was hardened; nothing for null. Throws Error(input) for
/// anything that network::json doesn't write.
std::optional<Hardening> stored_hardening(const core::Json& stored);

}  // namespace faultline::network
