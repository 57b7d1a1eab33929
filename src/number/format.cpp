#include <faultline/core/error.h>
#include <faultline/number/format.h>
#include <fmt/format.h>

namespace faultline::number {
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
