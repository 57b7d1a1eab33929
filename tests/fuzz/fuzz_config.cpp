// A config file: its JSON, and the sections of the parts that need no LibTorch.

#include <faultline/campaign/protection.h>
#include <faultline/core/options.h>
#include <faultline/dataset/cache.h>
#include <faultline/dataset/settings.h>
#include <faultline/number/format.h>

#include <vector>

#include "fuzz.h"

namespace faultline::fuzz {
namespace {

struct Configured {
    dataset::Settings dataset;
    dataset::CacheSettings cache;
    campaign::Settings campaign;
    std::vector<core::Section> sections = {dataset::options(dataset), dataset::options(cache),
                                           campaign::options(campaign)};

    void apply(const core::Json& config) { core::apply(sections, config, "config.json"); }
    std::string echo() const { return core::to_text(core::values(sections)); }
};

void require_same_name(const std::string& text) {
    number::FormatRequest format;
    if (!accepts([&] { format = number::parse(text); })) return;
    require(number::parse(number::name(format)) == format, "a format's name means that format");
}

/// What guards a memory, by its name; what isn't read is refused in a clear way.
void require_same_protection(const std::string& text) {
    campaign::MemoryProtection protection;
    if (!accepts([&] { protection = campaign::parse_protection(text); })) return;
    require(campaign::parse_protection(campaign::name(protection)) == protection,
            "a protection's name means that protection");
}

}  // namespace

bool take(Bytes bytes) {
    core::Json config;
    if (!accepts([&] { config = core::parse_json(text(bytes), "config.json"); })) return false;
    require(core::parse_json(core::to_text(config), "echo") == config, "printed JSON reads back");
    Configured settings;
    if (!accepts([&] { settings.apply(config); })) return false;
    Configured again;
    again.apply(core::parse_json(settings.echo(), "echo"));
    require(again.echo() == settings.echo(), "a result's config sets the same again");
    for (const auto& name : settings.campaign.formats) require_same_name(name);
    require_same_protection(settings.campaign.protect);
    return true;
}

}  // namespace faultline::fuzz
