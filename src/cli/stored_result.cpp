#include "stored_result.h"

#include <faultline/core/error.h>
#include <faultline/report/result.h>
#include <fmt/format.h>

#include <optional>

#include "sources.h"

namespace faultline::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t limit_bytes = 512ULL << 20U;

/// What the user typed need not be UTF-8.
std::string shown(const core::Json& value) {
    return value.dump(-1, ' ', false, core::Json::error_handler_t::replace);
}

/// The place of the entry whose `key` is `value`. Throws core::Error(usage) naming the first that
/// are there.
std::size_t find_entry(const core::StoredValue& list, const std::string& key,
                       const core::Json& value) {
    std::string there;
    const auto entries = list.list();
    for (std::size_t place = 0; place < entries.size(); ++place) {
        const auto found = entries[place][key].json();
        if (found == value) return place;
        if (place < 3) there += (place > 0 ? ", " : "") + found.dump();
    }
    throw core::Error(
        core::Fault::usage,
        fmt::format("{}: none has the {} {}; there are {} entries: {}{}", list.where(), key,
                    shown(value), entries.size(), there, entries.size() > 3 ? ", ..." : ""));
}

/// The format whose trials begin at `place` or last before it.
core::StoredValue format_at(const core::StoredValue& formats, std::size_t place) {
    std::optional<core::StoredValue> found;
    for (const auto& format : formats.list()) {
        if (format["first_trial"].count() <= place) found = format;
    }
    if (found) return *found;
    throw core::Error(core::Fault::input, fmt::format("{}: none has the trial in place {}; was the "
                                                      "file changed?",
                                                      formats.where(), place));
}

void require_same(const core::StoredValue& recorded, const core::Json& found) {
    if (recorded.json() == found) return;
    throw core::Error(core::Fault::input,
                      fmt::format("{} was {}, but is {} now; a replay needs the same",
                                  recorded.where(), recorded.json().dump(), found.dump()));
}

}  // namespace

fs::path result_path(const std::string& given) {
    if (given.empty()) {
        throw core::Error(core::Fault::usage,
                          "no result: give result.json, or the folder it is in");
    }
    std::error_code ignored;
    return fs::is_directory(given, ignored) ? fs::path(given) / report::result_file
                                            : fs::path(given);
}

void require_other_file(const std::string& written, const fs::path& result) {
    std::error_code ignored;
    if (written.empty() || !fs::equivalent(written, result, ignored)) return;
    throw core::Error(core::Fault::usage,
                      fmt::format("{} is one of the results told of; write elsewhere", written));
}

core::Json read_result(const fs::path& path) {
    return blaming(core::Fault::input, [&] { return core::read_json(path, limit_bytes); });
}

Recorded find_trial(const core::StoredValue& result, int run, const std::string& point) {
    const auto runs = result["runs"];
    const auto trials = runs.list()[find_entry(runs, "run", run)]["trials"];
    const auto place = find_entry(trials, "key", point);
    const auto format = format_at(result["formats"], place);
    return {trials.list()[place], place, format, place - format["first_trial"].count()};
}

void require_same_inputs(const core::StoredValue& result, const core::StoredValue& format,
                         const Session& session) {
    const auto identity = result["identity"];
    const auto images = describe_images(session.images);
    require_same(format["model_sha256"], session.network.description().model_sha256);
    require_same(identity["images_sha256"], images.at("images_sha256"));
    require_same(identity["preprocessing_sha256"], images.at("preprocessing_sha256"));
}

void require_there(const std::string& path, const std::string& what,
                   const core::StoredValue& result) {
    std::error_code ignored;
    if (path.empty() || fs::exists(path, ignored)) return;
    const auto& environment = result["environment"].json();
    const auto host = environment.find("host");
    const bool told = host != environment.end() && host->contains(what);
    throw core::Error(
        core::Fault::input,
        fmt::format("{}: no such file or folder{}; say where it is with --{}", path,
                    told ? fmt::format(" (it was {})", (*host)[what].dump()) : "", what));
}

std::string differing_surroundings(const core::StoredValue& result, const core::Json& environment) {
    std::string text;
    const auto& recorded = result["environment"].json();
    for (const auto& [name, value] : environment.items()) {
        const auto before = recorded.find(name);
        if (name == "host" || name == "float32_probe") continue;
        if (before == recorded.end() || *before == value) continue;
        text += fmt::format("{}{} was {}, is {}", text.empty() ? "" : "; ", name, before->dump(),
                            value.dump());
    }
    return text;
}

}  // namespace faultline::cli
