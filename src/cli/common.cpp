#include "common.h"

#include <algorithm>

namespace faultline::cli {
namespace {

bool asks_for_paper(const core::Json& config) {
    const auto campaign = config.find("campaign");
    if (campaign == config.end() || !campaign->is_object()) return false;
    const auto compat = campaign->find("compat");
    return compat != campaign->end() && *compat == "paper";
}

}  // namespace

void Common::add_to(CLI::App& app, const std::vector<std::string>& section_names) {
    for (const auto& section : sections(settings)) {
        if (std::find(section_names.begin(), section_names.end(), section.name) !=
            section_names.end()) {
            flags.add(app, section);
        }
    }
    app.add_option("--config", configs,
                   "JSON file of settings; may be given several times, later ones win; flags win "
                   "over all")
        ->type_name("FILE")
        ->take_all()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_option("--progress", progress, "on stderr: auto, plain or none")
        ->type_name("STYLE")
        ->default_str("auto");
    app.add_option("--log-level", log.level, "trace, debug, info, warning, error or off")
        ->type_name("LEVEL")
        ->default_str("warning");
    app.add_option("--log-file", log.file, "write the log there, too")->type_name("FILE");
    app.allow_extras();
}

void Common::resolve(const CLI::App& app) {
    refuse_unknown(app);
    start_log(log);
    const auto all = sections(settings);
    std::vector<std::pair<core::Json, std::string>> sources;
    for (const auto& file : configs) sources.emplace_back(core::read_json(file), file);
    sources.emplace_back(flags.given(), "command line");
    // The paper's choices are a starting point: what any source says about images wins over them.
    const bool paper = std::any_of(sources.begin(), sources.end(),
                                   [](const auto& source) { return asks_for_paper(source.first); });
    if (paper) follow_paper(settings.dataset);
    for (const auto& [config, name] : sources) core::apply(all, config, name);
}

}  // namespace faultline::cli
