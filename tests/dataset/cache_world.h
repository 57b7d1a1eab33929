#pragma once

#include <faultline/dataset/cache.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "world.h"

namespace faultline::dataset {

/// The bytes of an image like no other: noise drawn with `seed`.
inline std::string noise_file(cv::Size size, int seed) {
    cv::Mat image(size, CV_8UC3);
    cv::RNG(static_cast<std::uint64_t>(seed)).fill(image, cv::RNG::UNIFORM, 0, 256);
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", image, bytes);
    return {bytes.begin(), bytes.end()};
}

inline std::string cifar_records(int count) {
    std::string bytes;
    for (int k = 0; k < count; ++k) {
        bytes += static_cast<char>(k % 10);
        for (int i = 0; i < 3072; ++i) bytes += static_cast<char>((i * 7 + k * k) % 256);
    }
    return bytes;
}

/// A few images, and a folder for their cache.
struct CacheScene {
    World world;
    Settings settings;
    CacheSettings cache;

    explicit CacheScene(int count = 5) {
        std::string labels;
        for (int k = 0; k < count; ++k) {
            const auto name = std::to_string(100 + k) + ".png";
            world.write("images/" + name, noise_file({8, 8}, k));
            labels += name + " " + std::to_string(k) + "\n";
        }
        world.write("val.txt", labels);
        settings = as_it_is(world.path("images"));
        cache.cache_folder = world.path("cache");
    }

    Dataset decoded() const { return open(settings); }

    /// What a start with these settings comes to.
    CacheReport use() const {
        auto images = open(settings);
        return use_cache(images, cache, 2);
    }

    /// The cache gives these images as they are decoded, whoever made the file.
    CacheReport expect_equal() const {
        auto images = open(settings);
        const auto report = use_cache(images, cache, 2);
        EXPECT_EQ(report.problem, "");
        EXPECT_FALSE(report.file.empty());
        const auto count = static_cast<int>(images.size());
        EXPECT_EQ(images.load(0, count, 1), decoded().load(0, count, 1));
        return report;
    }

    /// Names in the cache's folder but for the tag, sorted.
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(cache.cache_folder)) {
            const auto name = entry.path().filename().string();
            if (name != "CACHEDIR.TAG") names.push_back(name);
        }
        std::ranges::sort(names);
        return names;
    }
};

inline std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// In a process of its own; returns what waitpid says of its end.
template <class Work>
pid_t fork_to(Work work) {
    const auto child = fork();
    if (child != 0) return child;
    _exit(work());
}

inline int ending(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

}  // namespace faultline::dataset
