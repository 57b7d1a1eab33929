#include "world.h"

namespace faultline::dataset {
namespace {

constexpr Colour reddish = {200, 100, 50};

/// A PNG whose pixel at column x, row y is (x, y, 7).
std::string ramp(cv::Size size) {
    cv::Mat_<cv::Vec3b> image(size);
    for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
            image(y, x) = {7, static_cast<std::uint8_t>(y), static_cast<std::uint8_t>(x)};
        }
    }
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", image, bytes);
    return {bytes.begin(), bytes.end()};
}

Block prepared(const std::string& file, const Preprocessing& numbers) {
    return prepare(bytes_of(file), numbers, "some.png");
}

std::string refusal(const std::string& file) {
    return message_of([&] { prepared(file, preset(Preset::none)); });
}

TEST(Prepare, PutsChannelsInTheNetworksOrder) {
    const auto file = image_file(".png", {2, 1}, reddish);
    auto numbers = preset(Preset::none);
    EXPECT_EQ(prepared(file, numbers).pixels,
              (std::vector<std::uint8_t>{200, 200, 100, 100, 50, 50}));
    numbers.channels = Channels::bgr;
    EXPECT_EQ(prepared(file, numbers).pixels,
              (std::vector<std::uint8_t>{50, 50, 100, 100, 200, 200}));
}

TEST(Prepare, CutsTheCentreWithTiesToEven) {
    auto numbers = preset(Preset::none);
    numbers.crop = 224;
    const auto offset_of = [&](int side) {
        const auto block = prepared(ramp({side, 226}), numbers);
        EXPECT_EQ(block.width, 224);
        EXPECT_EQ(block.height, 224);
        EXPECT_EQ(block.pixels[224 * 224], 1) << "rows of green start at (226 - 224) / 2";
        return block.pixels.front();
    };
    EXPECT_EQ(offset_of(224), 0);
    EXPECT_EQ(offset_of(225), 0);  // 0.5
    EXPECT_EQ(offset_of(226), 1);
    EXPECT_EQ(offset_of(227), 2);  // 1.5
    EXPECT_EQ(offset_of(229), 2);  // 2.5
}

TEST(Prepare, CutsTheLongSideDownToWholePixels) {
    auto numbers = preset(Preset::torchvision);
    numbers.crop = 0;
    const auto block = prepared(image_file(".png", {500, 333}), numbers);
    EXPECT_EQ(block.height, 256);
    EXPECT_EQ(block.width, 384);  // 384.38
    const auto tall = prepared(image_file(".png", {333, 500}), numbers);
    EXPECT_EQ(tall.height, 384);
    EXPECT_EQ(tall.width, 256);
}

TEST(Prepare, KeepsAFlatColourFlatUnderEveryInterpolation) {
    for (const auto interpolation :
         {Interpolation::pillow, Interpolation::opencv_linear, Interpolation::opencv_area}) {
        for (const auto size : {cv::Size(40, 61), cv::Size(300, 257), cv::Size(1, 1)}) {
            auto numbers = preset(Preset::caffe);
            numbers.interpolation = interpolation;
            const auto block = prepared(image_file(".png", size, reddish), numbers);
            ASSERT_EQ(block.pixels.size(), 3U * 227 * 227);
            EXPECT_EQ(std::ranges::count(block.pixels, 50), 227 * 227);
            EXPECT_EQ(block.pixels.front(), 50);
            EXPECT_EQ(block.pixels.back(), 200);
        }
    }
}

TEST(Prepare, RefusesAnImageSmallerThanTheCrop) {
    auto numbers = preset(Preset::none);
    numbers.crop = 33;
    const auto message = message_of([&] { prepared(image_file(".png", {40, 32}), numbers); });
    expect_mentions(message, {"some.png", "40x32", "crop of 33", "resize_size"});
}

TEST(Prepare, RefusesEveryTruncation) {
    for (const auto* kind : {".jpg", ".png"}) {
        const auto file = image_file(kind, {40, 30}, reddish);
        EXPECT_NO_THROW(prepared(file, preset(Preset::none)));
        for (std::size_t size = 0; size < file.size(); ++size) {
            const auto message = refusal(file.substr(0, size));
            EXPECT_TRUE(message.starts_with("some.png: ")) << message;
        }
    }
}

TEST(Prepare, ToleratesAFewBytesBehindTheEnd) {
    for (const auto* kind : {".jpg", ".png"}) {
        const auto file = image_file(kind, {40, 30}, reddish);
        const auto padded = file + std::string(100, '\0') + "\r\n";
        EXPECT_EQ(prepared(padded, preset(Preset::none)), prepared(file, preset(Preset::none)));
    }
}

TEST(Prepare, TakesNoEndMarkerFromAThumbnailInTheHeader) {
    const auto file = image_file(".jpg", {40, 30}, reddish);
    const std::string thumbnail("\xFF\xE1\x00\x06\xFF\xD8\xFF\xD9", 8);  // a segment with an image
    const auto with_thumbnail = file.substr(0, 2) + thumbnail + file.substr(2);
    EXPECT_NO_THROW(prepared(with_thumbnail, preset(Preset::none)));
    expect_mentions(refusal(with_thumbnail.substr(0, with_thumbnail.size() - 2)), {"truncated"});
}

TEST(Prepare, RefusesOtherKindsByTheirFirstBytes) {
    expect_mentions(refusal(image_file(".bmp", {4, 4})), {"neither JPEG nor PNG"});
    expect_mentions(refusal("GIF89a\x01\x01"), {"neither JPEG nor PNG"});
    expect_mentions(refusal(""), {"empty"});
}

TEST(Prepare, RefusesSidesAboveTheCapBeforeDecoding) {
    auto png = image_file(".png", {4, 4});
    png[17] = 1;  // width 65536 + 4
    expect_mentions(refusal(png), {"65540", "16384"});
    auto jpeg = image_file(".jpg", {4, 4});
    const auto frame = jpeg.find("\xFF\xC0");
    ASSERT_NE(frame, std::string::npos);
    jpeg[frame + 5] = '\x7F';  // height
    expect_mentions(refusal(jpeg), {"32516", "16384"});
}

TEST(Prepare, RefusesMorePixelsThanTheCapBeforeDecoding) {
    auto png = image_file(".png", {4, 4});
    png[18] = png[22] = 0x40;  // both sides 16384 + 4, less the 4
    png[19] = png[23] = 0;
    expect_mentions(refusal(png), {"16384x16384", "134217728"});
    png[22] = 0x20;  // 16384x8192: the cap, but no such pixels
    expect_mentions(refusal(png), {"can't be decoded"});
}

TEST(Prepare, RefusesAJpegWithoutAFrameBeforeItsData) {
    const auto jpeg = image_file(".jpg", {40, 30}, reddish);
    const auto scan = jpeg.find("\xFF\xDA");
    ASSERT_NE(scan, std::string::npos);
    const auto twice = jpeg.substr(0, 2) + jpeg.substr(scan, 14) + jpeg.substr(2);
    expect_mentions(refusal(twice), {"no frame header before the data"});
    expect_mentions(refusal("\xFF\xD8\xFF\xD9zzzzzzzzzz"), {"no frame header"});
    expect_mentions(refusal(std::string("\xFF\xD8\xFF\xE0\0\2", 6) + "no marker here"),
                    {"broken JPEG"});
}

TEST(Prepare, KeepsPillowsPassesAlikeWhereTheOrderIsTheSame) {
    const auto differ = [](cv::Size size) {
        cv::Mat noise(size, CV_8UC3);
        cv::randu(noise, 0, 256);
        std::vector<std::uint8_t> png;
        cv::imencode(".png", noise, png);
        Preprocessing numbers{.resize_size = 40, .crop = 30};
        const auto before = prepare(png, numbers, "noise.png");
        numbers.interpolation = Interpolation::pillow_13;
        return prepare(png, numbers, "noise.png") != before;
    };
    EXPECT_FALSE(differ({100, 100}));
    EXPECT_FALSE(differ({300, 100}));
    EXPECT_FALSE(differ({100, 199}));  // 120 rows lost, 60 columns
    EXPECT_FALSE(differ({30, 90}));    // enlarged
    EXPECT_TRUE(differ({100, 300}));
}

TEST(Prepare, RefusesADamagedPngRatherThanHalfAnImage) {
    auto png = ramp({40, 30});
    png[60] = static_cast<char>(png[60] ^ 0x55);  // within the compressed pixels
    expect_mentions(refusal(png), {"some.png: "});
}

}  // namespace
}  // namespace faultline::dataset
