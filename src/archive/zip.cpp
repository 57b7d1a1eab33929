// The entries must fill the file from its first byte to the central directory, each ending where
// the next begins: nothing is checked twice (the trick of small files that expand to huge ones) and
// nothing is left out. What the local headers repeat must agree with the directory, since readers
// differ in which of the two they believe.

#include <fmt/format.h>

#include <algorithm>

#include "content.h"
#include "directory.h"
#include "entries.h"
#include "source.h"

namespace faultline::archive {

namespace {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t descriptor_signature = 0x08074b50;
constexpr std::uint64_t local_bytes = 30;

[[noreturn]] void refuse(const Source& source, const Member& member, const std::string& what) {
    source.refuse(fmt::format("entry '{}' {}", shown(member.entry.name), what));
}

void require_zip(const Source& source) {
    if (source.size_bytes() >= 4 && Fields(source, 0, 4).u32() == local_signature) return;
    source.refuse("not a zip archive, as TorchScript files are; was it saved by torch.jit.save?");
}

struct LocalHeader {
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t crc = 0;
    std::uint64_t packed_bytes = 0;
    std::uint64_t size_bytes = 0;
    std::string name;
    std::uint64_t data_offset = 0;
};

LocalHeader read_local_header(const Source& source, std::uint64_t offset) {
    Fields fields(source, offset, local_bytes);
    if (fields.u32() != local_signature) source.refuse("damaged: an entry's header is missing");
    LocalHeader header;
    fields.skip(2);  // version
    header.flags = fields.u16();
    header.method = fields.u16();
    fields.skip(4);  // time
    header.crc = fields.u32();
    const auto packed_bytes = fields.u32();
    const auto size_bytes = fields.u32();
    const auto name_bytes = fields.u16();
    const auto extra_bytes = fields.u16();
    Fields rest(source, offset + local_bytes, std::uint64_t{name_bytes} + extra_bytes);
    header.name = rest.text(name_bytes);
    const auto extra = rest.bytes(extra_bytes);
    header.packed_bytes = packed_bytes;
    header.size_bytes = size_bytes;
    // With a descriptor behind the data the numbers here are fillers, and all ones need no field.
    if ((header.flags & 0x0008U) == 0) {
        Wide wide(source, extra);
        header.size_bytes = wide.resolve(size_bytes);
        header.packed_bytes = wide.resolve(packed_bytes);
    }
    header.data_offset = offset + local_bytes + name_bytes + extra_bytes;
    return header;
}

void require_same(const Source& source, const Member& member, const LocalHeader& header) {
    const auto& entry = member.entry;
    const auto agrees = [&member](std::uint64_t here, std::uint64_t there) {
        const bool filler = here == 0 || here == 0xffffffff;
        return here == there || (member.has_descriptor() && filler);
    };
    if (header.name != entry.name || header.flags != member.flags ||
        header.method != static_cast<std::uint16_t>(member.method) ||
        !agrees(header.crc, entry.crc) || !agrees(header.packed_bytes, member.packed_bytes) ||
        !agrees(header.size_bytes, entry.size_bytes)) {
        refuse(source, member, "is damaged: its header disagrees with the archive's directory");
    }
}

/// The descriptor has four forms: with or without signature, sizes of 32 or 64 bits. Which one it
/// is follows from the room it has.
void check_descriptor(const Source& source, const Member& member, std::uint64_t offset,
                      std::uint64_t size_bytes) {
    const bool known = size_bytes == 12 || size_bytes == 16 || size_bytes == 20 || size_bytes == 24;
    if (!known) {
        refuse(source, member,
               fmt::format("is followed by {} bytes that belong to no entry", size_bytes));
    }
    Fields fields(source, offset, size_bytes);
    const bool is_signed = size_bytes == 16 || size_bytes == 24;
    const bool wide = size_bytes >= 20;
    const bool signature_fits = !is_signed || fields.u32() == descriptor_signature;
    const bool crc_fits = fields.u32() == member.entry.crc;
    const auto packed_bytes = wide ? fields.u64() : fields.u32();
    const auto expanded_bytes = wide ? fields.u64() : fields.u32();
    if (!signature_fits || !crc_fits || packed_bytes != member.packed_bytes ||
        expanded_bytes != member.entry.size_bytes) {
        refuse(source, member, "is damaged: its descriptor disagrees with the archive's directory");
    }
}

/// `end` is where the next entry or the directory begins.
void check_member(const Source& source, const Member& member, std::uint64_t end, const See& see) {
    const auto header = read_local_header(source, member.header_offset);
    require_same(source, member, header);
    if (header.data_offset > end || member.packed_bytes > end - header.data_offset) {
        refuse(source, member, "overlaps what follows it");
    }
    const auto data_end = header.data_offset + member.packed_bytes;
    if (member.has_descriptor()) {
        check_descriptor(source, member, data_end, end - data_end);
    } else if (data_end != end) {
        refuse(source, member,
               fmt::format("is followed by {} bytes that belong to no entry", end - data_end));
    }
    check_content(source, member, header.data_offset, see);
}

/// Every entry is checked to expand to the size it says, so the sizes may be added up beforehand.
void require_within(const Source& source, const std::vector<Member>& members,
                    std::uint64_t limit_bytes) {
    auto left = limit_bytes;
    for (const auto& member : members) {
        if (member.entry.size_bytes > left) {
            refuse(source, member,
                   fmt::format("makes the archive expand to more than the {} bytes allowed",
                               limit_bytes));
        }
        left -= member.entry.size_bytes;
    }
}

std::vector<const Member*> in_file_order(const std::vector<Member>& members) {
    std::vector<const Member*> order;
    for (const auto& member : members) order.push_back(&member);
    std::sort(order.begin(), order.end(), [](const Member* left, const Member* right) {
        return left->header_offset < right->header_offset;
    });
    return order;
}

void see_nothing(const Entry&, std::span<const unsigned char>) {}

}  // namespace

std::vector<Entry> check(const Source& source, const Limits& limits, const See& see) {
    require_zip(source);
    const auto directory = read_directory(source, limits);
    require_within(source, directory.members, limits.expanded_bytes);
    const auto order = in_file_order(directory.members);
    if (order.empty() || order.front()->header_offset != 0) {
        source.refuse("damaged: the zip archive does not begin with an entry");
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        const bool is_last = i + 1 == order.size();
        check_member(source, *order[i], is_last ? directory.offset : order[i + 1]->header_offset,
                     see);
    }
    std::vector<Entry> entries;
    for (const auto& member : directory.members) entries.push_back(member.entry);
    return entries;
}

std::vector<Entry> check(const std::filesystem::path& path, const Limits& limits) {
    return check(Source(path, limits.file_bytes), limits, see_nothing);
}

std::vector<Entry> check(std::span<const unsigned char> bytes, const std::string& name,
                         const Limits& limits) {
    return check(Source(name, bytes, limits.file_bytes), limits, see_nothing);
}

}  // namespace faultline::archive
