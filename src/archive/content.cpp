#include "content.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <new>

namespace faultline::archive {

namespace {

constexpr std::size_t piece_bytes = 1U << 20U;

/// What an entry has given so far.
struct Content {
    const Entry& entry;
    const See& see;
    std::uint64_t size_bytes = 0;
    uLong crc = ::crc32(0, nullptr, 0);

    void add(std::span<const unsigned char> bytes) {
        size_bytes += bytes.size();
        crc = ::crc32_z(crc, bytes.data(), bytes.size());
        see(entry, bytes);
    }
};

/// Calls `use` with the packed bytes, piece by piece in order.
template <class Use>
void for_each_piece(const Source& source, const Member& member, std::uint64_t offset, Use use) {
    Bytes buffer(std::min<std::uint64_t>(piece_bytes, member.packed_bytes));
    for (auto left = member.packed_bytes; left > 0;) {
        const auto piece = std::span(buffer).first(std::min<std::uint64_t>(left, buffer.size()));
        source.read(offset, piece);
        use(piece);
        offset += piece.size();
        left -= piece.size();
    }
}

void stored(const Source& source, const Member& member, std::uint64_t offset, Content& content) {
    for_each_piece(source, member, offset,
                   [&content](std::span<unsigned char> piece) { content.add(piece); });
}

/// zlib's state for raw deflate data.
class Inflater {
 public:
    Inflater(const Source& source, const Member& member, Content& content)
        : source_(source), member_(member), content_(content) {
        if (::inflateInit2(&stream_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { ::inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Expands one piece; bytes behind the end of the data are refused.
    void add(std::span<unsigned char> piece) {
        stream_.next_in = piece.data();
        stream_.avail_in = static_cast<uInt>(piece.size());
        do {
            if (ended_) refuse("has bytes behind its data");
            step();
        } while (stream_.avail_in > 0 || (!ended_ && stream_.avail_out == 0));
    }

    void end() const {
        if (!ended_) refuse("ends too early");
    }

 private:
    void step() {
        stream_.next_out = output_.data();
        stream_.avail_out = static_cast<uInt>(output_.size());
        const auto result = ::inflate(&stream_, Z_NO_FLUSH);
        ended_ = result == Z_STREAM_END;
        if (!ended_ && result != Z_OK && result != Z_BUF_ERROR) refuse("is damaged");
        content_.add(std::span(output_).first(output_.size() - stream_.avail_out));
        if (content_.size_bytes > member_.entry.size_bytes) {
            refuse(
                fmt::format("expands to more than the {} bytes it says", member_.entry.size_bytes));
        }
    }

    [[noreturn]] void refuse(const std::string& what) const {
        source_.refuse(fmt::format("entry '{}' {}", shown(member_.entry.name), what));
    }

    const Source& source_;
    const Member& member_;
    z_stream stream_{};
    Bytes output_ = Bytes(1U << 16U);
    Content& content_;
    bool ended_ = false;
};

void deflated(const Source& source, const Member& member, std::uint64_t offset, Content& content) {
    Inflater inflater(source, member, content);
    for_each_piece(source, member, offset,
                   [&inflater](std::span<unsigned char> piece) { inflater.add(piece); });
    inflater.end();
}

void expand(const Source& source, const Member& member, std::uint64_t offset, Content& content) {
    switch (member.method) {
        case Method::stored:
            return stored(source, member, offset, content);
        case Method::deflated:
            return deflated(source, member, offset, content);
    }
}

}  // namespace

void check_content(const Source& source, const Member& member, std::uint64_t offset,
                   const See& see) {
    const auto& entry = member.entry;
    Content content{entry, see};
    expand(source, member, offset, content);
    if (content.size_bytes != entry.size_bytes) {
        source.refuse(fmt::format("entry '{}' expands to {} bytes, but its size is {}",
                                  shown(entry.name), content.size_bytes, entry.size_bytes));
    }
    if (content.crc != entry.crc) {
        source.refuse(
            fmt::format("entry '{}' is damaged: its CRC is {:08x}, but {:08x} was "
                        "recorded; copy or export the file again",
                        shown(entry.name), content.crc, entry.crc));
    }
}

}  // namespace faultline::archive
