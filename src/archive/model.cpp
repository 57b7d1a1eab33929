// TorchScript keeps its code as text, in entries NAME/code/*.py, so what it calls can be read
// before LibTorch compiles it. Its own printer writes "torch.save(x, f)"; a file made by hand may
// hold spaces between the words.

#include <faultline/archive/model.h>
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include "entries.h"

namespace faultline::archive {

namespace {

constexpr std::uint64_t code_limit = 64U << 20U;
constexpr std::array<std::string_view, 2> file_calls = {"save", "from_file"};
constexpr std::string_view blanks = " \t\r\n\f\\";

bool is_code(const std::string& name) {
    return name.ends_with(".py") && name.find("/code/") != std::string::npos;
}

bool is_word(char character) {
    return character == '_' || std::isalnum(static_cast<unsigned char>(character)) != 0;
}

bool stands_alone(std::string_view text, std::size_t at, std::size_t size) {
    const bool before = at > 0 && is_word(text[at - 1]);
    const bool behind = at + size < text.size() && is_word(text[at + size]);
    return !before && !behind;
}

/// ".word(" at `at`, whatever blanks lie between.
bool is_call(std::string_view text, std::size_t at, std::size_t size) {
    if (!stands_alone(text, at, size)) return false;
    const auto before = text.substr(0, at).find_last_not_of(blanks);
    const auto behind = text.find_first_not_of(blanks, at + size);
    return before != std::string_view::npos && text[before] == '.' &&
           behind != std::string_view::npos && text[behind] == '(';
}

/// The first of the calls that reach files.
std::optional<std::string_view> file_call(std::string_view text) {
    for (const auto word : file_calls) {
        for (auto at = text.find(word); at != std::string_view::npos;
             at = text.find(word, at + word.size())) {
            if (is_call(text, at, word.size())) return word;
        }
    }
    return std::nullopt;
}

/// Keeps an entry's code until the next one begins.
class Code {
 public:
    explicit Code(const Source& source) : source_(source) {}

    void see(const Entry& entry, std::span<const unsigned char> piece) {
        if (!is_code(entry.name)) return;
        if (entry.name != name_) end();
        name_ = entry.name;
        if (text_.size() + piece.size() > code_limit) {
            source_.refuse(fmt::format("entry '{}' holds more than {} bytes of code", shown(name_),
                                       code_limit));
        }
        text_.append(piece.begin(), piece.end());
    }

    /// No more of this entry comes.
    void end() {
        const auto call = file_call(text_);
        text_.clear();
        if (!call) return;
        source_.refuse(
            fmt::format("its code ({}) calls {}, which reads or writes files; no classifier needs "
                        "to, so ask who made it, and export it without that call",
                        shown(name_), *call));
    }

 private:
    const Source& source_;
    std::string name_;
    std::string text_;
};

std::vector<Entry> check_model(const Source& source, const Limits& limits) {
    Code code(source);
    auto entries =
        check(source, limits, [&code](const Entry& entry, auto piece) { code.see(entry, piece); });
    code.end();
    return entries;
}

}  // namespace

std::vector<Entry> check_model(const std::filesystem::path& path, const Limits& limits) {
    return check_model(Source(path, limits.file_bytes), limits);
}

std::vector<Entry> check_model(std::span<const unsigned char> bytes, const std::string& name,
                               const Limits& limits) {
    return check_model(Source(name, bytes, limits.file_bytes), limits);
}

}  // namespace faultline::archive
