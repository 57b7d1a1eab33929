#include "common.h"

#include <algorithm>

namespace faultline::cli {
namespace {

bool is_among(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void Common::add_to(CLI::App& app, Arguments arguments) {
    own_ = std::move(arguments.own);
    flags_.add(app, own_, arguments.positional);
    for (auto& section : sections(settings)) {
        if (!is_among(arguments.sections, section.name)) continue;
        std::erase_if(section.options, [&](const core::Option& option) {
            return is_among(arguments.without, option.key);
        });
        flags_.add(app, section, arguments.positional);
    }
    const auto general = general_options();
    app.add_option("--config", configs_,
                   "JSON file of settings; may be given several times, later ones win; flags win "
                   "over all")
        ->type_name("FILE")
        ->group(general.name)
        ->expected(1)
        ->take_all();
    flags_.add(app, general);
    app.allow_extras();
}

core::Section Common::general_options() {
    using Styles = std::vector<std::pair<std::string, ProgressStyle>>;
    using Levels = std::vector<std::pair<std::string, LogLevel>>;
    return {"general",
            {core::option("progress", progress,
                          "on stderr; auto: where that is a terminal, a line that renews itself",
                          Styles{{"auto", ProgressStyle::automatic},
                                 {"plain", ProgressStyle::plain},
                                 {"none", ProgressStyle::none}}),
             core::option("log_level", log_.level, "what is told on stderr",
                          Levels{{"trace", LogLevel::trace},
                                 {"debug", LogLevel::debug},
                                 {"info", LogLevel::info},
                                 {"warning", LogLevel::warning},
                                 {"error", LogLevel::error},
                                 {"off", LogLevel::off}}),
             core::option("log_file", log_.file, "write the log there, too", "FILE")}};
}

void Common::begin(const CLI::App& app) {
    refuse_unknown(app);
    apply_flags(std::vector{own_, general_options()}, flags_.given());
    start_log(log_);
}

void Common::fill_settings(std::optional<Source> stored, const std::vector<Source>& cell) {
    std::vector<Source> sources;
    if (stored) sources.push_back(std::move(*stored));
    for (const auto& file : configs_) sources.push_back(read_config(file));
    sources.insert(sources.end(), cell.begin(), cell.end());
    fill(settings, std::move(sources), flags_.given());
}

}  // namespace faultline::cli
