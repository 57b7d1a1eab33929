#include "common.h"

#include <algorithm>

namespace faultline::cli {
namespace {

bool is_among(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// What `work` throws is `fault`'s mistake.
template <class Work>
auto blaming(core::Fault fault, Work work) {
    try {
        return work();
    } catch (const core::Error& error) {
        throw core::Error(fault, error.what());
    }
}

void apply(const std::vector<core::Section>& sections, const Source& source) {
    blaming(source.fault, [&] { core::apply(sections, source.config, source.name); });
}

/// {"campaign": {"compat": ...}} when the config says so, which it then doesn't any more.
core::Json take_compat(core::Json& config) {
    auto compat = core::Json::object();
    if (!config.is_object() || !config.contains("campaign")) return compat;
    auto& campaign = config["campaign"];
    if (!campaign.is_object() || !campaign.contains("compat")) return compat;
    compat["campaign"]["compat"] = campaign["compat"];
    campaign.erase("compat");
    return compat;
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

std::vector<Source> Common::read_configs() const {
    std::vector<Source> sources;
    for (const auto& file : configs_) {
        sources.push_back(blaming(core::Fault::usage, [&] {
            return Source{core::read_json(file), file};
        }));
    }
    return sources;
}

void Common::fill_settings(std::optional<Source> stored) {
    const auto all = sections(settings);
    auto sources = read_configs();
    if (stored) sources.insert(sources.begin(), std::move(*stored));
    auto flags = flags_.given();
    for (auto& source : sources) {
        apply(all, {take_compat(source.config), source.name, source.fault});
    }
    apply_flags(all, take_compat(flags));
    // The last one counts. From here on compat is decided, and nothing below goes back behind it.
    if (settings.campaign.compat == campaign::Compat::paper) follow_paper(settings.dataset);
    for (const auto& source : sources) apply(all, source);
    apply_flags(all, flags);
}

}  // namespace faultline::cli
