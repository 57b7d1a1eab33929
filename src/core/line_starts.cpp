#include <faultline/core/line_starts.h>

namespace faultline::core {

std::vector<std::size_t> line_starts(std::string_view text) {
    std::vector<std::size_t> starts = {0};
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1))
        starts.push_back(end + 1);
    return starts;
}

}  // namespace faultline::core
