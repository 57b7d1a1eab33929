// A zip is read from its end: the end record (behind it only a comment), before it perhaps the
// zip64 locator and record, before those the central directory. Each must touch the next, so that a
// file cut or changed anywhere doesn't fit together any more. Numbers are those of PKWARE's
// APPNOTE, section 4.3.

#include "directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

namespace faultline::archive {

namespace {

constexpr std::uint32_t member_signature = 0x02014b50;
constexpr std::uint32_t wide_end_signature = 0x06064b50;
constexpr std::uint32_t locator_signature = 0x07064b50;
constexpr std::uint64_t member_bytes = 46;
constexpr std::uint64_t end_bytes = 22;
constexpr std::uint64_t wide_end_bytes = 56;
constexpr std::uint64_t locator_bytes = 20;
constexpr std::uint64_t comment_limit = 0xffff;
constexpr std::uint64_t directory_limit = 256U << 20U;
constexpr std::uint16_t ones_16 = 0xffff;
constexpr std::uint32_t ones_32 = 0xffffffff;

/// What the end records say.
struct End {
    std::uint64_t entry_count = 0;
    std::uint64_t directory_bytes = 0;
    std::uint64_t directory_offset = 0;
    std::uint64_t offset = 0;  ///< of the first of the end records
};

/// The last end record; readers agree on that one.
std::uint64_t end_offset(const Source& source) {
    const auto tail_bytes = std::min(source.size_bytes(), end_bytes + comment_limit);
    const auto tail_offset = source.size_bytes() - tail_bytes;
    Bytes tail(tail_bytes);
    source.read(tail_offset, tail);
    constexpr std::array<unsigned char, 4> signature = {'P', 'K', 5, 6};
    const auto found = std::find_end(tail.begin(), tail.end(), signature.begin(), signature.end());
    const auto offset = tail_offset + static_cast<std::uint64_t>(found - tail.begin());
    if (found == tail.end() || source.size_bytes() - offset < end_bytes) {
        source.refuse("the zip archive has no end: the file is truncated; copy it again");
    }
    return offset;
}

void require_agreement(const Source& source, bool agrees, const char* what) {
    if (!agrees) source.refuse(fmt::format("damaged: {} of the zip archive disagree", what));
}

End read_narrow_end(const Source& source, std::uint64_t offset) {
    Fields fields(source, offset, source.size_bytes() - offset);
    fields.skip(4);
    const auto disk = fields.u16();
    const auto directory_disk = fields.u16();
    const auto count_here = fields.u16();
    End end;
    end.entry_count = fields.u16();
    end.directory_bytes = fields.u32();
    end.directory_offset = fields.u32();
    end.offset = offset;
    fields.skip(fields.u16());
    require_agreement(source, fields.at_end(), "the comment's length and the end");
    require_agreement(source, disk == directory_disk && (disk == 0 || disk == ones_16),
                      "the disk numbers");
    require_agreement(source, count_here == end.entry_count, "the entry counts");
    return end;
}

End read_wide_end(const Source& source, std::uint64_t offset, std::uint64_t locator_offset) {
    Fields fields(source, offset, wide_end_bytes);
    const auto signature = fields.u32();
    const auto rest_bytes = fields.u64();
    // (A hostile length could wrap around in a sum.)
    require_agreement(source,
                      signature == wide_end_signature && offset + 12 <= locator_offset &&
                          rest_bytes == locator_offset - offset - 12,
                      "the zip64 records");
    fields.skip(4);
    const auto disk = fields.u32();
    const auto directory_disk = fields.u32();
    const auto count_here = fields.u64();
    End end;
    end.entry_count = fields.u64();
    end.directory_bytes = fields.u64();
    end.directory_offset = fields.u64();
    end.offset = offset;
    require_agreement(source, disk == 0 && directory_disk == 0, "the disk numbers");
    require_agreement(source, count_here == end.entry_count, "the entry counts");
    return end;
}

/// The offset of the zip64 record, when a locator stands before the end record.
std::optional<std::uint64_t> wide_end_offset(const Source& source, std::uint64_t end_record) {
    if (end_record < locator_bytes) return std::nullopt;
    Fields fields(source, end_record - locator_bytes, locator_bytes);
    if (fields.u32() != locator_signature) return std::nullopt;
    const auto disk = fields.u32();
    const auto offset = fields.u64();
    require_agreement(source, disk == 0 && fields.u32() == 1, "the disk numbers");
    return offset;
}

End read_end(const Source& source) {
    const auto offset = end_offset(source);
    const auto narrow = read_narrow_end(source, offset);
    const auto wide_offset = wide_end_offset(source, offset);
    if (!wide_offset) return narrow;
    const auto wide = read_wide_end(source, *wide_offset, offset - locator_bytes);
    const auto fits = [](std::uint64_t small, std::uint64_t ones, std::uint64_t large) {
        return small == ones || small == large;
    };
    require_agreement(source,
                      fits(narrow.entry_count, ones_16, wide.entry_count) &&
                          fits(narrow.directory_bytes, ones_32, wide.directory_bytes) &&
                          fits(narrow.directory_offset, ones_32, wide.directory_offset),
                      "the two end records");
    return wide;
}

Method method(const Source& source, const std::string& name, std::uint16_t number) {
    if (number == static_cast<std::uint16_t>(Method::stored)) return Method::stored;
    if (number == static_cast<std::uint16_t>(Method::deflated)) return Method::deflated;
    source.refuse(
        fmt::format("entry '{}' is packed by method {}; only stored (0) and deflated (8) "
                    "entries can be read",
                    shown(name), number));
}

Member read_member(const Source& source, Fields& fields) {
    if (fields.u32() != member_signature) source.refuse("damaged: its directory has other records");
    Member member;
    fields.skip(4);  // versions
    member.flags = fields.u16();
    const auto method_number = fields.u16();
    fields.skip(4);  // time
    member.entry.crc = fields.u32();
    const auto packed_bytes = fields.u32();
    const auto size_bytes = fields.u32();
    const auto name_bytes = fields.u16();
    const auto extra_bytes = fields.u16();
    const auto comment_bytes = fields.u16();
    const auto disk = fields.u16();
    fields.skip(6);  // attributes
    const auto header_offset = fields.u32();
    member.entry.name = fields.text(name_bytes);
    Wide wide(source, fields.bytes(extra_bytes));
    member.entry.size_bytes = wide.resolve(size_bytes);
    member.packed_bytes = wide.resolve(packed_bytes);
    member.header_offset = wide.resolve(header_offset);
    fields.skip(comment_bytes);
    require_agreement(source, disk == 0 || disk == ones_16, "the disk numbers");
    member.method = method(source, member.entry.name, method_number);
    return member;
}

void require_plain(const Source& source, const Member& member) {
    const auto& name = member.entry.name;
    if (name.empty() || name.find('\0') != std::string::npos) {
        source.refuse(fmt::format("damaged: '{}' is no name for an entry", shown(name)));
    }
    constexpr std::uint16_t encrypted = 0x0001;
    if ((member.flags & encrypted) != 0) {
        source.refuse(fmt::format("entry '{}' is encrypted", shown(name)));
    }
    if (member.method == Method::stored && member.packed_bytes != member.entry.size_bytes) {
        source.refuse(fmt::format("entry '{}' is stored in {} bytes, but its size is {}",
                                  shown(name), member.packed_bytes, member.entry.size_bytes));
    }
}

}  // namespace

Directory read_directory(const Source& source, const Limits& limits) {
    const auto end = read_end(source);
    if (end.entry_count > limits.entries) {
        source.refuse(
            fmt::format("{} entries, but at most {} are allowed", end.entry_count, limits.entries));
    }
    if (end.directory_bytes > directory_limit) {
        source.refuse(fmt::format("a directory of {} bytes, but at most {} are allowed",
                                  end.directory_bytes, directory_limit));
    }
    require_agreement(source,
                      end.directory_offset <= end.offset &&
                          end.directory_bytes == end.offset - end.directory_offset &&
                          end.entry_count * member_bytes <= end.directory_bytes,
                      "the directory's place, size and count");
    Fields fields(source, end.directory_offset, end.directory_bytes);
    Directory directory{end.directory_offset, {}};
    std::unordered_set<std::string> names;
    for (std::uint64_t i = 0; i < end.entry_count; ++i) {
        directory.members.push_back(read_member(source, fields));
        const auto& member = directory.members.back();
        require_plain(source, member);
        if (!names.insert(member.entry.name).second) {
            source.refuse(fmt::format("entry '{}' is there twice", shown(member.entry.name)));
        }
    }
    require_agreement(source, fields.at_end(), "the directory's size and count");
    return directory;
}

namespace {

/// The content of the zip64 field (number 1) among extra fields; empty when it isn't there.
Bytes wide_field(const Source& source, Bytes extra) {
    constexpr std::uint16_t wide_number = 1;
    Fields fields(source, std::move(extra));
    while (!fields.at_end()) {
        const auto number = fields.u16();
        auto content = fields.bytes(fields.u16());
        if (number == wide_number) return content;
    }
    return {};
}

}  // namespace

Wide::Wide(const Source& source, Bytes extra)
    : source_(source), numbers_(source, wide_field(source, std::move(extra))) {}

std::uint64_t Wide::resolve(std::uint32_t narrow) {
    if (narrow != ones_32) return narrow;
    if (numbers_.at_end()) source_.refuse("damaged: a zip64 field is missing");
    return numbers_.u64();
}

}  // namespace faultline::archive
