// What an image file says of itself, as it is checked before OpenCV sees it.

#include "../../src/dataset/header.h"
#include "fuzz.h"

namespace faultline::fuzz {

bool take(Bytes bytes) {
    dataset::Header header;
    if (!accepts([&] { header = dataset::check(bytes); })) return false;
    const auto within = [](int side) { return side >= 1 && side <= dataset::side_limit; };
    require(within(header.width) && within(header.height), "sides lie within their cap");
    require(std::int64_t{header.width} * header.height <= dataset::pixel_limit,
            "pixels lie within their cap");
    require(header.end <= bytes.size(), "the header ends within the file");
    require(!accepts([&] { dataset::check(bytes.first(header.end)); }), "pixels need an end mark");
    return true;
}

}  // namespace faultline::fuzz
