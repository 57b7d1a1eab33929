#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

/// How a test's zip is written: every form that other programs write.
struct ZipForm {
    bool deflate = false;
    int descriptor_bytes = 0;   ///< behind the data: 0 (none), 12, 16, 20 or 24
    bool wide_members = false;  ///< sizes and offsets of the entries in zip64 fields
    bool wide_end = false;      ///< zip64 end record and locator
    std::string extra = {};     ///< further fields of every local header
    std::string comment = {};   ///< at the archive's end
};

struct ZipEntry {
    std::string name;
    std::string content;
};

/// Little-endian.
inline std::string number(std::uint64_t value, int byte_count) {
    std::string text;
    for (int i = 0; i < byte_count; ++i, value >>= 8U) {
        text.push_back(static_cast<char>(value & 0xffU));
    }
    return text;
}

inline std::uint32_t crc_of(const std::string& bytes) {
    return static_cast<std::uint32_t>(
        ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// Raw deflate data.
inline std::string deflated(const std::string& bytes) {
    z_stream stream{};
    ::deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string packed(::deflateBound(&stream, bytes.size()), '\0');
    std::string input = bytes;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    ::deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    ::deflateEnd(&stream);
    return packed;
}

/// The bytes of a zip, and where its parts are.
struct Zip {
    std::string bytes;
    std::vector<std::size_t> data_offsets;       ///< of each entry's packed bytes
    std::vector<std::size_t> data_sizes;         ///< packed
    std::vector<std::size_t> directory_offsets;  ///< of each entry's central header
    std::size_t end_offset = 0;                  ///< of the end record
};

inline std::string wide_field(const std::string& numbers) {
    return number(1, 2) + number(numbers.size(), 2) + numbers;
}

inline Zip make_zip(const std::vector<ZipEntry>& entries, const ZipForm& form = {}) {
    Zip zip;
    std::string directory;
    const std::uint64_t ones = 0xffffffff;
    for (const auto& [name, content] : entries) {
        const auto packed = form.deflate ? deflated(content) : content;
        const auto crc = crc_of(content);
        const auto offset = zip.bytes.size();
        const auto start = number(form.descriptor_bytes > 0 ? 0x0808 : 0x0800, 2) +
                           number(form.deflate ? 8 : 0, 2) + number(0, 4);
        const auto numbers = number(crc, 4) + number(form.wide_members ? ones : packed.size(), 4) +
                             number(form.wide_members ? ones : content.size(), 4);
        const auto wide_sizes = number(content.size(), 8) + number(packed.size(), 8);
        const bool has_field = form.wide_members && form.descriptor_bytes == 0;
        const auto extra = form.extra + (has_field ? wide_field(wide_sizes) : "");
        zip.bytes += number(0x04034b50, 4) + number(45, 2) + start +
                     (form.descriptor_bytes > 0 ? number(0, 12) : numbers) +
                     number(name.size(), 2) + number(extra.size(), 2) + name + extra;
        zip.data_offsets.push_back(zip.bytes.size());
        zip.data_sizes.push_back(packed.size());
        zip.bytes += packed;
        const int size_bytes = form.descriptor_bytes >= 20 ? 8 : 4;
        if (form.descriptor_bytes % 8 == 0 && form.descriptor_bytes > 0) {
            zip.bytes += number(0x08074b50, 4);
        }
        if (form.descriptor_bytes > 0) {
            zip.bytes += number(crc, 4) + number(packed.size(), size_bytes) +
                         number(content.size(), size_bytes);
        }
        const auto central_extra =
            form.wide_members ? wide_field(wide_sizes + number(offset, 8)) : "";
        zip.directory_offsets.push_back(directory.size());
        directory += number(0x02014b50, 4) + number(45, 2) + number(45, 2) + start + numbers +
                     number(name.size(), 2) + number(central_extra.size(), 2) + number(0, 10) +
                     number(form.wide_members ? ones : offset, 4) + name + central_extra;
    }
    const auto directory_offset = zip.bytes.size();
    for (auto& offset : zip.directory_offsets) offset += directory_offset;
    zip.bytes += directory;
    const auto wide_offset = zip.bytes.size();
    if (form.wide_end) {
        zip.bytes += number(0x06064b50, 4) + number(44, 8) + number(45, 2) + number(45, 2) +
                     number(0, 8) + number(entries.size(), 8) + number(entries.size(), 8) +
                     number(directory.size(), 8) + number(directory_offset, 8);
        zip.bytes += number(0x07064b50, 4) + number(0, 4) + number(wide_offset, 8) + number(1, 4);
    }
    zip.end_offset = zip.bytes.size();
    const auto count = form.wide_end ? 0xffff : entries.size();
    zip.bytes += number(0x06054b50, 4) + number(0, 4) + number(count, 2) + number(count, 2) +
                 number(form.wide_end ? ones : directory.size(), 4) +
                 number(form.wide_end ? ones : directory_offset, 4) +
                 number(form.comment.size(), 2) + form.comment;
    return zip;
}
