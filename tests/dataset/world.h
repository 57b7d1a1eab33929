#pragma once

#include <faultline/core/error.h>
#include <faultline/dataset/dataset.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

/// What the tests of this part build their worlds from.
namespace faultline::dataset {

/// A folder of its own, gone at the end.
class World {
 public:
    World() {
        std::string pattern = std::filesystem::temp_directory_path() / "faultline_XXXXXX";
        path_ = mkdtemp(pattern.data());
    }
    ~World() { std::filesystem::remove_all(path_); }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    std::string path(const std::string& name) const { return path_ / name; }

    void write(const std::string& name, const std::string& bytes) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << bytes;
    }

 private:
    std::filesystem::path path_;
};

struct Colour {
    int red = 0;
    int green = 0;
    int blue = 0;
};

/// An image of one colour, as the bytes of a file of this kind (".jpg", ".png", ".bmp").
inline std::string image_file(const std::string& kind, cv::Size size, Colour colour = {}) {
    const cv::Mat image(size, CV_8UC3, cv::Scalar(colour.blue, colour.green, colour.red));
    std::vector<std::uint8_t> bytes;
    cv::imencode(kind, image, bytes);
    return {bytes.begin(), bytes.end()};
}

inline std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Preprocessing that leaves an image as it is.
inline Settings as_it_is(const std::string& images) {
    Settings settings;
    settings.images = images;
    settings.preset = Preset::none;
    settings.preprocessing = preset(Preset::none);
    return settings;
}

/// "a.jpg 0, b.jpg 2"
inline std::string labels_of(const Dataset& dataset) {
    std::string text;
    for (const auto& item : dataset.items()) {
        text += (text.empty() ? "" : ", ") + item.name + " " + std::to_string(item.label);
    }
    return text;
}

/// What the user would read; fails when nothing is thrown.
inline std::string message_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const core::Error& error) {
        EXPECT_EQ(error.fault(), core::Fault::input);
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
        return error.what();
    }
    ADD_FAILURE() << "nothing was refused";
    return {};
}

inline void expect_mentions(const std::string& message, const std::vector<std::string>& parts) {
    for (const auto& part : parts) {
        EXPECT_NE(message.find(part), std::string::npos) << part << " missing in: " << message;
    }
}

}  // namespace faultline::dataset
