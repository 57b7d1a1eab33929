#pragma once

#include <faultline/cli/cli.h>
#include <faultline/core/json.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/data.h"
#include "support/folder.h"

/// What the tests of the command line build their worlds from.
namespace faultline::cli {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

/// What one start of the program left on the terminal.
struct Said {
    int code = -1;
    std::string out;
    std::string err;
};

inline Said faultline(const Words& words) {
    std::vector<const char*> arguments = {"faultline"};
    for (const auto& word : words) arguments.push_back(word.c_str());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Said said;
    said.code = run(static_cast<int>(arguments.size()), arguments.data());
    said.out = testing::internal::GetCapturedStdout();
    said.err = testing::internal::GetCapturedStderr();
    return said;
}

inline Words operator+(Words left, const Words& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

inline std::string project(const std::string& path) {
    return std::string(FAULTLINE_ROOT) + "/" + path;
}

inline std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file.good()) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline void write(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

inline core::Json read_json(const fs::path& path) { return core::read_json(path); }

/// How the demonstration's images are prepared.
inline Words demo_preprocessing() {
    return {"--preprocessing", "none",        "--mean",     "0.5,0.5,0.5",
            "--deviation",     "0.5,0.5,0.5", "--progress", "none"};
}

/// The demonstration's network and images on one thread.
inline Words demo() {
    return Words{project("configs/demo/signs.pt"), "--images", project("configs/demo/images"),
                 "--threads", "1"} +
           demo_preprocessing();
}

/// Two runs of an indexed test with two points, on 20 images.
inline Words tiny_campaign(const fs::path& output) {
    return Words{"run"} + demo() + Words{"--test",      "indexed", "--runs",   "2",
                                         "--positions", "3",       "--bits",   "0,30",
                                         "--first",     "20",      "--output", output.string()};
}

/// The program does it, and what it says is returned.
inline Said expect_done(const Words& words) {
    auto said = faultline(words);
    EXPECT_EQ(said.code, 0) << said.err;
    return said;
}

/// The result.json of a campaign that is done.
inline core::Json result_of(const Words& words, const fs::path& output) {
    expect_done(words);
    return read_json(output / "result.json");
}

/// The program refuses with this exit code, in one clear line that holds all of `parts`. Returns
/// the line.
inline std::string expect_refused(const Words& words, int code, const Words& parts) {
    const auto said = faultline(words);
    EXPECT_EQ(said.code, code) << said.err;
    EXPECT_THAT(said.err, testing::StartsWith("faultline: "));
    EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
    EXPECT_THAT(said.err, testing::EndsWith("\n"));
    EXPECT_EQ(said.out, "");
    for (const auto& part : parts) EXPECT_THAT(said.err, testing::HasSubstr(part));
    return said.err;
}

inline bool holds_result(const fs::path& folder) {
    return fs::exists(folder / "result.json") || fs::exists(folder / "faults.csv") ||
           fs::exists(folder / "points.csv");
}

/// A tiny campaign with `changes` is refused, and leaves nothing behind.
inline void expect_campaign_refused(const Words& changes, int code, const Words& parts) {
    const TemporaryFolder folder;
    const auto output = folder.path / "result";
    expect_refused(tiny_campaign(output) + changes, code, parts);
    EXPECT_FALSE(fs::exists(output));
}

/// Without what differs between two starts of the same campaign.
inline core::Json repeatable(core::Json result) {
    result.erase("timing");
    result["environment"].erase("host");
    return result;
}

}  // namespace faultline::cli
