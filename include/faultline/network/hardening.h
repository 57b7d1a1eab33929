#pragma once

#include <faultline/core/json.h>

#include <cstdint>
#include <string>

/// A network whose activations are kept within ranges, as plain data.
namespace faultline::network {

/// What an activation beyond its range becomes. NaN becomes zero either way.
enum class Beyond {
    bound,  ///< the range's nearer end
    zero,
};

inline std::string name(Beyond beyond) {
    switch (beyond) {
        case Beyond::bound:
            return "bound";
        case Beyond::zero:
            return "zero";
    }
    return {};
}

/// Holds zero.
struct ActivationRange {
    float low = 0;
    float high = 0;

    bool operator==(const ActivationRange&) const = default;
};

/// The images whose activations set the ranges.
struct CalibrationImages {
    std::int64_t count = 0;
    std::string images_sha256;
    std::string preprocessing_sha256;

    bool operator==(const CalibrationImages&) const = default;
};

/// How a network was hardened: its file tells, and every result measured on it.
struct Hardening {
    Beyond beyond = Beyond::bound;
    double slack = 1;  ///< the ranges are those of the calibration images times this
    int points = 0;    ///< values that are kept within a range
    std::int64_t added_operations = 0;  ///< on single elements, for one image
    CalibrationImages calibration;

    bool operator==(const Hardening&) const = default;
};

/// As in a model file and in result.json's "network".
inline core::Json json(const Hardening& hardening) {
    return {{"method", "clip"},
            {"beyond", name(hardening.beyond)},
            {"slack", hardening.slack},
            {"points", hardening.points},
            {"added_operations", hardening.added_operations},
            {"calibration",
             {{"count", hardening.calibration.count},
              {"images_sha256", hardening.calibration.images_sha256},
              {"preprocessing_sha256", hardening.calibration.preprocessing_sha256}}}};
}

}  // namespace faultline::network
