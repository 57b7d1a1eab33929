#include "sources.h"

#include <faultline/core/options.h>

#include "flags.h"

namespace faultline::cli {
namespace {

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

Source read_config(const std::string& file) {
    return blaming(core::Fault::usage, [&] { return Source{core::read_json(file), file}; });
}

void fill(Settings& settings, std::vector<Source> sources, core::Json flags) {
    const auto all = sections(settings);
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
