#pragma once

#include <string>

namespace faultline::core {

/// As a shell reads it as one word: quoted where needed.
std::string shell_word(const std::string& word);

}  // namespace faultline::core
