#include <faultline/core/error.h>
#include <faultline/number/float32.h>
#include <fmt/format.h>

#include <bit>
#include <cassert>

namespace faultline::number {

std::string name(Role role) {
    switch (role) {
        case Role::mantissa:
            return "mantissa";
        case Role::exponent:
            return "exponent";
        case Role::sign:
            return "sign";
    }
    assert(false);
    return "";
}

std::uint32_t Float32::encode(float value) { return std::bit_cast<std::uint32_t>(value); }

float Float32::decode(std::uint32_t word) { return std::bit_cast<float>(word); }

Role Float32::role(int bit) {
    assert(bit >= 0 && bit < bit_count);
    if (bit < 23) return Role::mantissa;
    return bit < 31 ? Role::exponent : Role::sign;
}

namespace {

struct Name {
    std::string operator()(const Float32&) const { return "float32"; }
};

struct BitCount {
    int operator()(const Float32&) const { return Float32::bit_count; }
};

}  // namespace

std::string name(const Format& format) { return std::visit(Name{}, format); }

Format parse(const std::string& text) {
    if (text == name(Format(Float32{}))) return Float32{};
    throw core::Error(core::Fault::usage,
                      fmt::format("format: '{}' is not a number format; there is float32", text));
}

int bit_count(const Format& format) { return std::visit(BitCount{}, format); }

}  // namespace faultline::number
