#include <faultline/archive/model.h>
#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/random.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "zip_writer.h"

namespace faultline::archive {
namespace {

namespace fs = std::filesystem;

/// A file of its own for each test.
struct Archive : testing::Test {
    fs::path path = fs::temp_directory_path() / ("faultline-zip-" + std::to_string(::getpid()));

    ~Archive() override { fs::remove(path); }

    /// Without core::write_file's sync, and not over the old file (some file systems would sync
    /// then): the tests write thousands.
    void write(const std::string& bytes) const {
        fs::remove(path);
        auto* file = std::fopen(path.c_str(), "wb");
        ASSERT_NE(file, nullptr);
        ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
        ASSERT_EQ(std::fclose(file), 0);
    }

    std::vector<Entry> checked(const std::string& bytes, const Limits& limits = {}) const {
        write(bytes);
        return check(path, limits);
    }

    /// What check() says of these bytes; empty when it accepts them.
    std::string complaint(const std::string& bytes, const Limits& limits = {}) const {
        write(bytes);
        try {
            check(path, limits);
        } catch (const core::Error& error) {
            EXPECT_EQ(error.fault(), core::Fault::input);
            EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos);
            return error.what();
        }
        return "";
    }
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string varied(std::size_t count) {
    std::string bytes;
    for (std::uint32_t i = 0; i < count; ++i) {
        bytes.push_back(static_cast<char>(core::random_words({.draw = i / 3})[0]));
    }
    return bytes;
}

std::vector<ZipEntry> small_model() {
    return {{"net/data.pkl", "a pickle"},
            {"net/empty", ""},
            {"net/data/0", varied(700)},
            {"net/version", "3\n"}};
}

std::vector<ZipForm> forms() {
    std::vector<ZipForm> forms;
    for (const bool deflate : {false, true}) {
        for (const int descriptor_bytes : {0, 12, 16, 20, 24}) {
            for (const bool wide : {false, true}) {
                forms.push_back({.deflate = deflate,
                                 .descriptor_bytes = descriptor_bytes,
                                 .wide_members = wide});
                forms.push_back({.deflate = deflate,
                                 .descriptor_bytes = descriptor_bytes,
                                 .wide_members = wide,
                                 .wide_end = true,
                                 .extra = std::string("FB\3\0ZZZ", 7)});
            }
        }
    }
    forms.push_back({.comment = "kept with the archive"});
    return forms;
}

std::string with_bit_flipped(std::string bytes, std::size_t place, unsigned bit) {
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << bit));
    return bytes;
}

TEST_F(Archive, EveryFormThatProgramsWriteIsRead) {
    for (const auto& form : forms()) {
        const auto entries = checked(make_zip(small_model(), form).bytes);
        ASSERT_EQ(entries.size(), 4U);
        for (std::size_t i = 0; i < 4; ++i) {
            EXPECT_EQ(entries[i].name, small_model()[i].name);
            EXPECT_EQ(entries[i].size_bytes, small_model()[i].content.size());
            EXPECT_EQ(entries[i].crc, crc_of(small_model()[i].content));
        }
    }
}

TEST_F(Archive, MemoryIsReadLikeAFile) {
    const auto read = [](const std::string& bytes, const Limits& limits = {}) {
        return check({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, "net.pt",
                     limits);
    };
    const auto bytes = make_zip(small_model(), {.deflate = true}).bytes;
    EXPECT_EQ(read(bytes), checked(bytes));
    EXPECT_THROW(read(bytes, {.file_bytes = bytes.size() - 1}), core::Error);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        try {
            read(bytes.substr(0, size));
            ADD_FAILURE() << size << " of " << bytes.size();
        } catch (const core::Error& error) {
            EXPECT_TRUE(contains(error.what(), "net.pt: ")) << error.what();
        }
    }
}

TEST_F(Archive, LargeEntriesAreReadInPieces) {
    const std::size_t piece = 1U << 20U;
    for (const std::size_t size : {piece - 1, piece, piece + 1, 3 * piece}) {
        for (const bool deflate : {false, true}) {
            const auto zip = make_zip({{"zeros", std::string(size, '\0')}, {"x", varied(size)}},
                                      {.deflate = deflate});
            EXPECT_EQ(checked(zip.bytes)[0].size_bytes, size);
            const auto last = zip.data_offsets[1] + zip.data_sizes[1] - 9;
            EXPECT_NE(complaint(with_bit_flipped(zip.bytes, last, 6)), "");
        }
    }
}

TEST_F(Archive, EveryFlippedBitOfStoredDataIsFoundAndItsEntryNamed) {
    const auto zip = make_zip({{"net/data/7", varied(60)}}, {.descriptor_bytes = 16});
    for (std::size_t byte = 0; byte < 60; ++byte) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            const auto message =
                complaint(with_bit_flipped(zip.bytes, zip.data_offsets[0] + byte, bit));
            EXPECT_TRUE(contains(message, "'net/data/7'") && contains(message, "CRC")) << message;
        }
    }
}

// The fields a header holds twice, and what readers believe: all but versions, time and attributes.
TEST_F(Archive, AFlippedBitOfDataOrOfADirectorysNumbersIsRefused) {
    for (const auto& form : forms()) {
        const auto zip = make_zip(small_model(), form);
        std::vector<std::size_t> places;
        for (std::size_t entry = 0; entry < 4; ++entry) {
            for (std::size_t i = 0; i < zip.data_sizes[entry]; i += 41) {
                places.push_back(zip.data_offsets[entry] + i);
            }
            const auto header = zip.directory_offsets[entry];
            for (std::size_t i : {8, 9, 10, 11}) places.push_back(header + i);   // flags, method
            for (std::size_t i = 16; i < 34; ++i) places.push_back(header + i);  // CRC to lengths
            for (std::size_t i = 42; i < 50; ++i) places.push_back(header + i);  // offset, name
        }
        for (const auto place : places) {
            const auto bit = static_cast<unsigned>(place % 8);
            EXPECT_NE(complaint(with_bit_flipped(zip.bytes, place, bit)), "") << place;
        }
    }
}

TEST_F(Archive, ATruncatedFileIsRefusedWhereverItEnds) {
    for (const auto& form : forms()) {
        const auto bytes = make_zip({{"a", "first"}, {"b", "second"}}, form).bytes;
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            EXPECT_NE(complaint(bytes.substr(0, size)), "") << size << " of " << bytes.size();
        }
        for (std::size_t cut = 1; cut < bytes.size(); cut += 7) {
            EXPECT_NE(complaint(bytes.substr(cut)), "") << "without its first " << cut;
        }
        EXPECT_NE(complaint(bytes + "x"), "");
        EXPECT_NE(complaint("x" + bytes), "");
    }
}

// Never a crash, never without end; what is accepted was met in a time, a version or an attribute.
TEST_F(Archive, AnyDamageIsRefusedOrLeavesTheEntriesAsTheyWere) {
    const auto all = forms();
    const auto undamaged = checked(make_zip(small_model()).bytes);
    for (std::uint32_t draw = 0; draw < 3000; ++draw) {
        auto bytes = make_zip(small_model(), all[draw % all.size()]).bytes;
        const auto changes = 1 + core::scaled(core::random_words({.draw = draw})[0], 8);
        for (std::uint32_t i = 1; i <= changes; ++i) {
            const auto words = core::random_words({.draw = draw, .attempt = i});
            // Half of the changes meet the records at the end.
            const auto first = draw % 2 == 0 ? 0 : bytes.size() - 300;
            const auto place = first + core::scaled(words[0], bytes.size() - first);
            bytes[place] = draw % 3 == 0 ? '\xff' : static_cast<char>(words[1]);
        }
        if (complaint(bytes).empty()) {
            EXPECT_EQ(check(path), undamaged);
        }
    }
}

TEST_F(Archive, WhatIsNoZipIsToldSo) {
    for (const auto* text : {"", "PK", "\x80\x02}q\x01.", "#!/bin/sh\n"}) {
        EXPECT_TRUE(contains(complaint(text), "not a zip archive")) << text;
    }
    EXPECT_TRUE(contains(complaint(number(0x06054b50, 4) + number(0, 18)), "not a zip archive"));
    fs::remove(path);
    EXPECT_THROW(check(path), core::Error);
    EXPECT_THROW(check("/"), core::Error);
    EXPECT_THROW(check("/dev/zero"), core::Error);
}

TEST_F(Archive, LimitsAreTheLargestThatIsAccepted) {
    const auto bytes = make_zip(small_model(), {.deflate = true}).bytes;
    const std::uint64_t expanded = 8 + 700 + 2;
    EXPECT_EQ(complaint(bytes, {.expanded_bytes = expanded}), "");
    const auto message = complaint(bytes, {.expanded_bytes = expanded - 1});
    EXPECT_TRUE(contains(message, "709 bytes allowed")) << message;
    EXPECT_EQ(complaint(bytes, {.entries = 4}), "");
    EXPECT_TRUE(contains(complaint(bytes, {.entries = 3}), "4 entries"));
    EXPECT_EQ(complaint(bytes, {.file_bytes = bytes.size()}), "");
    EXPECT_TRUE(contains(complaint(bytes, {.file_bytes = bytes.size() - 1}), "at most"));
}

TEST_F(Archive, AnEntryThatExpandsBeyondItsSizeIsStopped) {
    auto zip = make_zip({{"bomb", std::string(50'000'000, '\0')}}, {.deflate = true});
    EXPECT_LT(zip.bytes.size(), 100'000U);
    EXPECT_TRUE(contains(complaint(zip.bytes, {.expanded_bytes = 1'000'000}), "expand"));
    // It says 16 bytes in both headers.
    zip.bytes.replace(22, 4, number(16, 4));
    zip.bytes.replace(zip.directory_offsets[0] + 24, 4, number(16, 4));
    EXPECT_TRUE(contains(complaint(zip.bytes, {.expanded_bytes = 1'000'000}),
                         "expands to more than the 16 bytes"));
}

TEST_F(Archive, BytesBehindDeflatedDataAreRefused) {
    const auto packed = deflated("content");
    auto zip = make_zip({{"entry", packed + "hidden"}});
    // Stored as it is, then declared to be deflated "content".
    for (const auto header : {std::size_t{0}, zip.directory_offsets[0] + 2}) {
        zip.bytes.replace(header + 8, 2, number(8, 2));
        zip.bytes.replace(header + 14, 4, number(crc_of("content"), 4));
        zip.bytes.replace(header + 22, 4, number(7, 4));
    }
    EXPECT_TRUE(contains(complaint(zip.bytes), "behind its data"));
}

TEST_F(Archive, TheSameEntryListedTwiceIsRefused) {
    const auto twice = make_zip({{"same", "x"}, {"same", "y"}});
    EXPECT_TRUE(contains(complaint(twice.bytes), "'same' is there twice"));
    // Two names for one place: small files expand to huge ones that way.
    auto zip = make_zip({{"a", "content"}, {"b", "content"}});
    zip.bytes.replace(zip.directory_offsets[1] + 42, 4, number(0, 4));
    EXPECT_NE(complaint(zip.bytes), "");
}

// Readers differ in which of the two they believe, so a file where they differ is read in two ways.
TEST_F(Archive, AHeaderThatDisagreesWithTheDirectoryIsRefused) {
    for (const int descriptor_bytes : {0, 16}) {
        const auto zip = make_zip({{"entry", "content"}}, {.descriptor_bytes = descriptor_bytes});
        // Flags, method, CRC, both sizes, name.
        for (const std::size_t place : {6, 8, 14, 18, 22, 30}) {
            auto bytes = zip.bytes;
            bytes[place] = static_cast<char>(bytes[place] + 2);
            EXPECT_TRUE(contains(complaint(bytes), "'entry' is damaged: its header")) << place;
        }
    }
}

TEST_F(Archive, ADescriptorThatDisagreesWithTheDirectoryIsRefused) {
    for (const int descriptor_bytes : {12, 16, 20, 24}) {
        const auto zip = make_zip({{"entry", "content"}}, {.descriptor_bytes = descriptor_bytes});
        const auto first = zip.data_offsets[0] + zip.data_sizes[0];
        for (std::size_t i = 0; i < static_cast<std::size_t>(descriptor_bytes); ++i) {
            const auto message = complaint(with_bit_flipped(zip.bytes, first + i, 1));
            EXPECT_TRUE(contains(message, "'entry' is damaged: its descriptor")) << message;
        }
    }
}

TEST_F(Archive, BytesBetweenEntriesAreRefused) {
    // The first entry's directory record ends it 3 bytes early.
    auto zip = make_zip({{"a", "content"}, {"b", "content"}});
    for (const auto header : {std::size_t{0}, zip.directory_offsets[0] + 2}) {
        zip.bytes.replace(header + 14, 4, number(crc_of("cont"), 4));
        zip.bytes.replace(header + 18, 8, number(4, 4) + number(4, 4));
    }
    EXPECT_TRUE(
        contains(complaint(zip.bytes), "'a' is followed by 3 bytes that belong to no entry"));
}

TEST_F(Archive, ACommentThatLooksLikeAnEndIsNoWayToHideAnother) {
    const auto inner = number(0x06054b50, 4) + number(0, 18);
    EXPECT_NE(complaint(make_zip({{"a", "content"}}, {.comment = inner}).bytes), "");
    EXPECT_NE(complaint(make_zip({{"a", "content"}}, {.comment = inner + "x"}).bytes), "");
}

TEST_F(Archive, AZip64FieldThatIsMissingIsRefused) {
    auto zip = make_zip({{"a", "content"}});
    zip.bytes.replace(zip.directory_offsets[0] + 24, 4, number(0xffffffff, 4));
    EXPECT_TRUE(contains(complaint(zip.bytes), "zip64 field"));
    // An end record that points to zip64 numbers, without them.
    auto end = make_zip({{"a", "content"}});
    end.bytes.replace(end.end_offset + 16, 4, number(0xffffffff, 4));
    EXPECT_NE(complaint(end.bytes), "");
}

TEST_F(Archive, HostileSizesAreRefusedBeforeMemoryIsTaken) {
    const auto huge = number(0xfffffffffffffff0, 8);
    const auto zip = make_zip({{"a", "content"}}, {.wide_members = true, .wide_end = true});
    const auto wide_end = zip.end_offset - 20 - 56;
    const auto field = zip.directory_offsets[0] + 46 + 1 + 4;
    // Counts, directory size and offset, record length, locator; then sizes and offset of the
    // entry.
    for (const auto place : {wide_end + 4, wide_end + 24, wide_end + 32, wide_end + 40,
                             wide_end + 48, zip.end_offset - 12, field, field + 8, field + 16}) {
        auto bytes = zip.bytes;
        bytes.replace(place, 8, huge);
        EXPECT_NE(complaint(bytes), "") << place;
    }
    auto both_counts = zip.bytes;
    both_counts.replace(wide_end + 24, 16, huge + huge);
    EXPECT_TRUE(contains(complaint(both_counts), "entries, but at most 100000"));
}

TEST_F(Archive, AnArchiveWithoutEntriesIsNoModel) { EXPECT_NE(complaint(make_zip({}).bytes), ""); }

TEST_F(Archive, OtherMethodsAndEncryptionAreNamed) {
    auto zip = make_zip({{"entry", "content"}});
    auto packed = zip.bytes;
    packed.replace(zip.directory_offsets[0] + 10, 2, number(12, 2));
    EXPECT_TRUE(contains(complaint(packed), "method 12"));
    auto encrypted = zip.bytes;
    encrypted.replace(zip.directory_offsets[0] + 8, 2, number(0x0801, 2));
    EXPECT_TRUE(contains(complaint(encrypted), "encrypted"));
}

TEST_F(Archive, NamesAreShownWithoutControlCharacters) {
    auto zip = make_zip({{"net\n\x1b[31m", "content"}});
    const auto message = complaint(with_bit_flipped(zip.bytes, zip.data_offsets[0], 0));
    EXPECT_TRUE(contains(message, "'net??[31m'")) << message;
}

TEST(Check, AcceptsWhatTorchSaves) {
    const auto* given = std::getenv("FAULTLINE_DATA");
    const auto folder =
        (given ? fs::path(given) : fs::path(FAULTLINE_ROOT) / "../shared/data") / "models";
    if (!fs::is_directory(folder)) GTEST_SKIP() << folder << " is missing";
    int count = 0;
    for (const auto& file : fs::directory_iterator(folder)) {
        if (file.path().extension() != ".pt") continue;
        EXPECT_GT(check_model(file.path()).size(), 3U) << file.path();
        ++count;
    }
    EXPECT_GT(count, 0);
}

TEST(Check, AcceptsTheTestModels) {
    for (const auto& file : fs::directory_iterator(fs::path(FAULTLINE_ROOT) / "tests/data")) {
        if (file.path().extension() != ".pt") continue;
        EXPECT_GT(check_model(file.path()).size(), 3U) << file.path();
    }
}

}  // namespace
}  // namespace faultline::archive
