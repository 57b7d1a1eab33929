#include <faultline/core/files.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "message.h"
#include "support/folder.h"

namespace faultline::core {
namespace {

namespace fs = std::filesystem;

std::string many_bytes(std::size_t count) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>(i * 7 % 256));
    return bytes;
}

std::ptrdiff_t entry_count(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

/// While it lives, no file of this process may grow beyond `bytes`: a disk that is full.
struct FullDisk {
    struct rlimit before {};

    explicit FullDisk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before);
        struct rlimit small = before;
        small.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
};

TEST(Files, WhatIsWrittenIsReadBack) {
    const TemporaryFolder folder;
    for (const std::size_t count : {0U, 1U, 65'535U, 65'536U, 65'537U, 1'000'000U}) {
        const auto bytes = many_bytes(count);
        write_file(folder.path / "file", bytes);
        EXPECT_EQ(read_file(folder.path / "file", count), bytes);
    }
    EXPECT_EQ(entry_count(folder.path), 1) << "a temporary file was left";
}

TEST(Files, ALimitIsTheLargestSizeThatIsRead) {
    const TemporaryFolder folder;
    for (const std::size_t count : {1U, 65'536U, 65'537U}) {
        write_file(folder.path / "file", many_bytes(count));
        EXPECT_NO_THROW(read_file(folder.path / "file", count));
        const auto message =
            message_of(Fault::input, [&] { read_file(folder.path / "file", count - 1); });
        EXPECT_TRUE(contains(message, (folder.path / "file").string())) << message;
        EXPECT_TRUE(contains(message, std::to_string(count - 1))) << message;
    }
}

TEST(Files, WhatIsNoRegularFileIsNotRead) {
    const TemporaryFolder folder;
    const auto missing = message_of(Fault::input, [&] { read_file(folder.path / "no", 10); });
    EXPECT_TRUE(contains(missing, "No such file")) << missing;
    message_of(Fault::input, [&] { read_file(folder.path, 10); });
    message_of(Fault::input, [&] { read_file("/dev/zero", 10); });
    ASSERT_EQ(::mkfifo((folder.path / "pipe").c_str(), 0600), 0);
    message_of(Fault::input, [&] { read_file(folder.path / "pipe", 10); });
}

TEST(Files, OldBytesSurviveAFullDisk) {
    const TemporaryFolder folder;
    const auto path = folder.path / "result.json";
    write_file(path, "old");
    {
        const FullDisk full(10'000);
        const auto message =
            message_of(Fault::input, [&] { write_file(path, many_bytes(10'001)); });
        EXPECT_TRUE(contains(message, "result.json")) << message;
        EXPECT_TRUE(contains(message, "cannot write")) << message;
    }
    EXPECT_EQ(read_file(path, 100), "old");
    EXPECT_EQ(entry_count(folder.path), 1) << "a temporary file was left";
}

TEST(Files, WritingWhereNothingCanBeWrittenSaysWhy) {
    const TemporaryFolder folder;
    write_file(folder.path / "file", "bytes");
    const auto missing =
        message_of(Fault::input, [&] { write_file(folder.path / "no" / "file", "x"); });
    EXPECT_TRUE(contains(missing, "No such file")) << missing;
    const auto below =
        message_of(Fault::input, [&] { write_file(folder.path / "file" / "below", "x"); });
    EXPECT_TRUE(contains(below, "Not a directory")) << below;
    EXPECT_EQ(read_file(folder.path / "file", 100), "bytes");
}

TEST(Files, ManyWritersLeaveOneWholeFile) {
    const TemporaryFolder folder;
    const auto path = folder.path / "file";
    write_file(path, std::string(100'000, 'a'));
    std::vector<std::thread> writers;
    for (const char letter : {'b', 'c', 'd', 'e'}) {
        writers.emplace_back([&path, letter] {
            for (int i = 0; i < 5; ++i) write_file(path, std::string(100'000, letter));
        });
    }
    for (int i = 0; i < 50; ++i) {
        const auto bytes = read_file(path, 100'000);
        EXPECT_EQ(bytes, std::string(100'000, bytes.at(0)));
    }
    for (auto& writer : writers) writer.join();
    EXPECT_EQ(entry_count(folder.path), 1);
}

TEST(Files, AWriterThatDiesLeavesTheOldBytes) {
    const TemporaryFolder folder;
    const auto path = folder.path / "file";
    const std::string first(50'000, 'a');
    const std::string second(50'000, 'b');
    write_file(path, first);
    for (int microseconds = 0; microseconds < 4000; microseconds += 200) {
        const auto child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            for (;;) {
                write_file(path, second);
                write_file(path, first);
            }
        }
        ::usleep(static_cast<useconds_t>(microseconds));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        const auto bytes = read_file(path, 100'000);
        EXPECT_TRUE(bytes == first || bytes == second) << bytes.size();
    }
}

TEST(Files, ALinkIsReadThrough) {
    const TemporaryFolder folder;
    write_file(folder.path / "file", "bytes");
    fs::create_symlink("file", folder.path / "link");
    EXPECT_EQ(read_file(folder.path / "link", 5), "bytes");
}

TEST(Files, ADeviceIsNeverReplaced) {
    const auto message = message_of(Fault::input, [] { write_file("/dev/null", "x"); });
    EXPECT_TRUE(contains(message, "/dev/null")) << message;
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(Files, ARelativeNameWithoutAFolderIsWritten) {
    const TemporaryFolder folder;
    const auto before = fs::current_path();
    fs::current_path(folder.path);
    write_file("here", "bytes");
    fs::current_path(before);
    EXPECT_EQ(read_file(folder.path / "here", 100), "bytes");
}

TEST(Files, AWritableFolderIsMadeWithItsParents) {
    const TemporaryFolder folder;
    require_writable_folder(folder.path / "a" / "b");
    require_writable_folder(folder.path / "a" / "b");
    EXPECT_TRUE(fs::is_directory(folder.path / "a" / "b"));
    EXPECT_EQ(entry_count(folder.path / "a" / "b"), 0) << "the probe was left";
}

TEST(Files, AFolderThatCannotBeWrittenIsTheUsersMistake) {
    const TemporaryFolder folder;
    write_file(folder.path / "file", "bytes");
    for (const auto& path : {folder.path / "file", folder.path / "file" / "below"}) {
        const auto message = message_of(Fault::usage, [&] { require_writable_folder(path); });
        EXPECT_TRUE(contains(message, path.string())) << message;
    }
    const FullDisk full(0);
    message_of(Fault::usage, [&] { require_writable_folder(folder.path); });
}

}  // namespace
}  // namespace faultline::core
