#include <faultline/core/error.h>
#include <faultline/dataset/dataset.h>
#include <fmt/format.h>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "geometry.h"
#include "header.h"
#include "image.h"
#include "pillow.h"
#include "refuse.h"

namespace faultline::dataset {
namespace {

/// OpenCV speaks on stderr and starts threads of its own; images are our unit of parallel work.
void quieten_opencv() {
    static const bool once = [] {
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        cv::setNumThreads(1);
        return true;
    }();
    static_cast<void>(once);
}

/// B, G, R interleaved.
cv::Mat decode(std::span<const std::uint8_t> bytes) {
    if (bytes.size() > file_limit_bytes) {
        refuse(fmt::format("{} bytes; at most {} are allowed", bytes.size(), file_limit_bytes));
    }
    check(bytes);
    const cv::Mat file(1, static_cast<int>(bytes.size()), CV_8U,
                       const_cast<std::uint8_t*>(bytes.data()));
    const auto image = cv::imdecode(file, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    if (image.empty()) refuse("can't be decoded");
    return image;
}

cv::Mat resize_opencv(const cv::Mat& image, const Geometry& to, int flag) {
    cv::Mat resized;
    cv::resize(image, resized, to.resized, 0, 0, flag);
    return resized(to.crop);
}

cv::Mat resize(const cv::Mat& image, const Geometry& to, Interpolation interpolation) {
    if (to.resized == image.size()) return image(to.crop);
    switch (interpolation) {
        case Interpolation::pillow:
            return resize_pillow(image, to.resized, to.crop, FirstPass::along_rows);
        case Interpolation::pillow_13:
            return resize_pillow(image, to.resized, to.crop,
                                 first_pass_of_pillow_13(image.size(), to.resized));
        case Interpolation::opencv_linear:
            return resize_opencv(image, to, cv::INTER_LINEAR);
        case Interpolation::opencv_area:
            return resize_opencv(image, to, cv::INTER_AREA);
    }
    return {};
}

std::vector<std::uint8_t> planes(const cv::Mat& image, Channels channels) {
    const auto size = static_cast<std::size_t>(image.cols) * static_cast<std::size_t>(image.rows);
    std::vector<std::uint8_t> result(3 * size);
    auto place = result.begin();
    for (int c = 0; c < 3; ++c) {
        const int source = channels == Channels::bgr ? c : 2 - c;
        for (int y = 0; y < image.rows; ++y) {
            const auto* row = image.ptr<cv::Vec3b>(y);
            for (int x = 0; x < image.cols; ++x) *place++ = row[x][source];
        }
    }
    return result;
}

/// Puts the name before any failure's reason, OpenCV's included.
template <class Work>
Block named(const std::string& name, const Work& work) {
    try {
        quieten_opencv();
        return work();
    } catch (const core::Error& error) {
        throw core::Error(error.fault(), fmt::format("{}: {}", name, error.what()));
    } catch (const cv::Exception& exception) {
        throw core::Error(core::Fault::input, fmt::format("{}: {}", name, exception.err));
    }
}

Block finish(const cv::Mat& image, const Preprocessing& preprocessing) {
    const auto prepared =
        resize(image, geometry(image.size(), preprocessing), preprocessing.interpolation);
    return {.count = 1,
            .height = prepared.rows,
            .width = prepared.cols,
            .pixels = planes(prepared, preprocessing.channels),
            .labels = {}};
}

}  // namespace

Block prepare(std::span<const std::uint8_t> bytes, const Preprocessing& preprocessing,
              const std::string& name) {
    return named(name, [&] { return finish(decode(bytes), preprocessing); });
}

Block prepare_planes(std::span<const std::uint8_t> rgb, cv::Size size,
                     const Preprocessing& preprocessing, const std::string& name) {
    return named(name, [&] {
        cv::Mat image(size, CV_8UC3);
        const auto plane = static_cast<std::size_t>(size.area());
        auto pixel = image.begin<cv::Vec3b>();
        for (std::size_t k = 0; k < plane; ++k) {
            *pixel++ = {rgb[2 * plane + k], rgb[plane + k], rgb[k]};
        }
        return finish(image, preprocessing);
    });
}

std::string shape_of_pixels(const Preprocessing& preprocessing) {
    return fmt::format("resize {} {} interpolation {} crop {} channels {}",
                       static_cast<int>(preprocessing.resize), preprocessing.resize_size,
                       static_cast<int>(preprocessing.interpolation), preprocessing.crop,
                       static_cast<int>(preprocessing.channels));
}

std::string opencv_version() { return cv::getVersionString(); }

}  // namespace faultline::dataset
