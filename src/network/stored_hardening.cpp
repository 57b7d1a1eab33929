#include "stored_hardening.h"

#include <faultline/core/error.h>

#include <algorithm>
#include <string_view>

namespace faultline::network {
namespace {

bool is_sha256(std::string_view text) {
    constexpr std::size_t length = 64;
    return text.size() == length &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Hardening read(const core::Json& stored) {
    Hardening found;
    found.beyond = stored.at("beyond") == name(Beyond::zero) ? Beyond::zero : Beyond::bound;
    found.slack = stored.at("slack").get<double>();
    found.points = stored.at("points").get<int>();
    found.added_operations = stored.at("added_operations").get<std::int64_t>();
    const auto& images = stored.at("calibration");
    found.calibration = {images.at("count").get<std::int64_t>(),
                         images.at("images_sha256").get<std::string>(),
                         images.at("preprocessing_sha256").get<std::string>()};
    return found;
}

bool is_sound(const Hardening& found) {
    return found.slack >= 1 && found.points >= 0 && found.added_operations >= 0 &&
           found.calibration.count >= 0 && is_sha256(found.calibration.images_sha256) &&
           is_sha256(found.calibration.preprocessing_sha256);
}

}  // namespace

std::optional<Hardening> stored_hardening(const core::Json& stored) {
    if (stored.is_null()) return std::nullopt;
    try {
        // Written again it must be what was read: no other method, type or key.
        if (auto found = read(stored); is_sound(found) && json(found) == stored) return found;
    } catch (const core::Json::exception&) {
        // Told below.
    }
    throw core::Error(core::Fault::input,
                      "it says that it was hardened in a way that this tool doesn't know; harden "
                      "the network again");
}

}  // namespace faultline::network
