#pragma once

#include <faultline/core/error.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

/// A fuzz target is one function, take(), in a file of its own. libfuzzer.cpp calls it under
/// libFuzzer, replay.cpp over the seed corpus and mutations of it in every test run.
namespace faultline::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// Gives the reader under test these bytes. True when it accepted them; false when it refused them
/// with core::Error. Whatever else is thrown is a finding.
bool take(Bytes bytes);

/// A promise of the reader that `holds`, or a finding.
inline void require(bool holds, const std::string& promise) {
    if (!holds) throw std::logic_error("broken promise: " + promise);
}

inline bool is_one_line(std::string_view message) {
    const auto is_control = [](unsigned char code) { return code < 0x20 || code == 0x7f; };
    return !message.empty() && message.size() <= 4000 &&
           std::none_of(message.begin(), message.end(), is_control);
}

/// False when `read` refuses its input, which must be by the one line that a user gets.
template <class Read>
bool accepts(Read read) {
    try {
        read();
        return true;
    } catch (const core::Error& error) {
        require(is_one_line(error.what()), "a refusal is one line that a terminal can show");
        require(error.fault() != core::Fault::integrity, "a refusal blames the input");
        return false;
    }
}

inline std::string_view text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace faultline::fuzz
