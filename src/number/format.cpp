#include <faultline/number/format.h>
#include <fmt/format.h>

namespace faultline::number {
namespace {

std::string suffix(Encoding encoding) {
    switch (encoding) {
        case Encoding::twos_complement:
            return "";
        case Encoding::sign_magnitude:
            return ":sign-magnitude";
    }
    return "";
}

struct Name {
    std::string operator()(const Float32&) const { return "float32"; }

    std::string operator()(const FixedPoint& format) const {
        return fmt::format("fixed{}:f{}{}", format.bit_count(), format.fraction_bits(),
                           suffix(format.encoding()));
    }

    std::string operator()(const DynamicFixedPoint& request) const {
        return fmt::format("fixed{}{}", request.bit_count, suffix(request.encoding));
    }
};

struct BitCount {
    int operator()(const Float32&) const { return Float32::bit_count; }
    int operator()(const FixedPoint& format) const { return format.bit_count(); }
    int operator()(const DynamicFixedPoint& request) const { return request.bit_count; }
};

}  // namespace

std::string name(const Format& format) { return std::visit(Name{}, format); }

std::string name(const FormatRequest& request) { return std::visit(Name{}, request); }

int bit_count(const Format& format) { return std::visit(BitCount{}, format); }

int bit_count(const FormatRequest& request) { return std::visit(BitCount{}, request); }

Role role(const Format& format, int bit) {
    return std::visit([bit](const auto& stored) { return stored.role(bit); }, format);
}

}  // namespace faultline::number
