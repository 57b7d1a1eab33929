#include <fmt/format.h>

#include <faultline/core/error.h>
#include <faultline/core/files.h>
#include <faultline/core/json.h>
#include <set>
#include <vector>

namespace faultline::core {

namespace {

constexpr int depth_limit = 64;
constexpr std::size_t key_limit = 10'000;

/// Watches the parser: it would keep the last of two equal keys without a word, a text nested a
/// million deep would be parsed and then overflow the stack of whoever walks it, and adding a key
/// takes a look at all before it, so that a few megabytes of keys would take for ever.
class Guard {
 public:
    explicit Guard(const std::string& source) : source_(source) {}

    bool operator()(int depth, Json::parse_event_t event, const Json& value) {
        using Event = Json::parse_event_t;
        if (event == Event::object_start || event == Event::array_start) enter(depth);
        if (event == Event::object_start) keys_.emplace_back();
        if (event == Event::object_end) keys_.pop_back();
        if (event == Event::key) add(value.get_ref<const std::string&>());
        return true;
    }

 private:
    void enter(int depth) const {
        if (depth < depth_limit) return;
        throw Error(Fault::usage,
                    fmt::format("{}: nested more than {} levels deep", source_, depth_limit));
    }

    void add(const std::string& key) {
        if (keys_.back().size() == key_limit) {
            throw Error(Fault::usage,
                        fmt::format("{}: an object has more than {} keys", source_, key_limit));
        }
        if (keys_.back().insert(key).second) return;
        throw Error(Fault::usage, fmt::format("{}: key '{}' appears twice in one object; keep one",
                                              source_, key));
    }

    const std::string& source_;
    std::vector<std::set<std::string>> keys_;  ///< of each object that is open
};

/// Without the library's "[json.exception.parse_error.101] ".
std::string reason(const Json::exception& exception) {
    const std::string text = exception.what();
    const auto end = text.find("] ");
    return end == std::string::npos ? text : text.substr(end + 2);
}

}  // namespace

Json parse_json(std::string_view text, const std::string& source) {
    Guard guard(source);
    try {
        return Json::parse(text, std::ref(guard), true, true);
    } catch (const Json::exception& exception) {
        throw Error(Fault::usage, fmt::format("{}: {}", source, reason(exception)));
    }
}

Json read_json(const std::filesystem::path& path, std::uint64_t limit_bytes) {
    return parse_json(read_file(path, limit_bytes), path.string());
}

std::string first_difference(const Json& was, const Json& is) {
    const auto changes = Json::diff(was, is);
    if (changes.empty()) return "";
    const Json::json_pointer key(changes[0].at("path").get<std::string>());
    const auto value = [&key](const Json& json) {
        if (!json.contains(key)) return std::string("nothing");
        return json.at(key).dump(-1, ' ', false, Json::error_handler_t::replace);
    };
    const auto path = key.to_string();
    return fmt::format("{}: {}, now {}", path.empty() ? path : path.substr(1), value(was),
                       value(is));
}

std::string to_text(const Json& json) {
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace faultline::core
