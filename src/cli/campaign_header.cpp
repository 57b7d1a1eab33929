#include "campaign_header.h"

#include <faultline/campaign/journal.h>
#include <faultline/core/error.h>
#include <faultline/report/result.h>
#include <fmt/format.h>

#include <algorithm>

#include "bookkeeping.h"
#include "version.h"

namespace faultline::cli {
namespace {

constexpr int journal_version = 2;  // 2: own_images

core::Json formats_json(std::span<const StoredNetwork> networks) {
    auto json = core::Json::array();
    for (const auto& network : networks) {
        json.push_back({{"name", network.format()},
                        {"file", network.place},
                        {"model_sha256", network.description.model_sha256}});
    }
    return json;
}

campaign::Extent extent(const Settings& settings, const Session& session,
                        std::span<const campaign::Plan> plans) {
    const auto batch = std::int64_t{session.batch};
    campaign::Extent found{static_cast<int>(plans.size()),
                           static_cast<int>((images_of_a_run(session) + batch - 1) / batch),
                           settings.campaign.runs,
                           {},
                           session.images_per_run > 0};
    for (const auto& plan : plans) found.points.push_back(static_cast<int>(plan.points.size()));
    return found;
}

core::Json images_json(const Session& session) {
    auto json = describe_images(session.images);
    if (session.images_per_run == 0) return json;
    auto& labels = json["labels"] = core::Json::array();
    for (const auto& image : session.images.items()) labels.push_back(image.label);
    return json;
}

core::Json extent_json(const campaign::Extent& extent) {
    return {{"formats", extent.formats},
            {"blocks", extent.blocks},
            {"runs", extent.runs},
            {"points", extent.points},
            {"own_images", extent.own_images}};
}

campaign::Extent extent_of(const core::Json& json) {
    campaign::Extent extent;
    extent.formats = campaign::int_of(json.at("formats"));
    extent.blocks = campaign::int_of(json.at("blocks"));
    extent.runs = campaign::int_of(json.at("runs"));
    extent.own_images = json.at("own_images").get<bool>();
    for (const auto& points : json.at("points")) extent.points.push_back(campaign::int_of(points));
    constexpr double most = 1e10;  // more than anybody could measure
    const double runs = double{1} * extent.formats * extent.blocks * extent.runs;
    const bool sound = extent.formats > 0 && extent.blocks > 0 && extent.runs > 0 && runs < most &&
                       std::ssize(extent.points) == extent.formats &&
                       std::ranges::all_of(extent.points, [&](int points) {
                           return points > 0 && runs * points < most;
                       });
    if (!sound) throw core::Error(core::Fault::integrity, "an extent that no campaign has");
    return extent;
}

}  // namespace

CampaignHeader describe_campaign(Settings& settings, const Session& session,
                                 std::span<const StoredNetwork> networks,
                                 std::span<const campaign::Plan> plans) {
    return {{{"version", version()}, {"commit", commit()}},
            core::values(echoed_sections(settings)),
            session.environment,
            images_json(session),
            formats_json(networks),
            settings.sweep,
            settings.gates.gates,
            extent(settings, session, plans),
            session.network.description().input_shape,
            campaign::parse_shard(settings.output.shard),
            utc_now()};
}

core::Json header_json(const CampaignHeader& header) {
    return {{"version", journal_version},
            {"tool", header.tool},
            {"config", header.config},
            {"environment", header.environment},
            {"images", header.images},
            {"formats", header.formats},
            {"sweep", header.sweep},
            {"gates", header.gates},
            {"extent", extent_json(header.extent)},
            {"shape", header.shape},
            {"shard", {header.shard.index, header.shard.count}},
            {"started", header.started}};
}

CampaignHeader header_of(const core::Json& json, const std::string& source) {
    try {
        if (json.at("version") != journal_version)
            throw core::Error(core::Fault::integrity,
                              fmt::format("it is a journal of version {}, this program writes {}",
                                          json.at("version").dump(), journal_version));
        CampaignHeader header;
        header.tool = json.at("tool");
        header.config = json.at("config");
        header.environment = json.at("environment");
        header.images = json.at("images");
        header.formats = json.at("formats");
        header.sweep = json.at("sweep");
        header.gates = json.value("gates", core::Json::array());
        header.extent = extent_of(json.at("extent"));
        for (const auto& side : json.at("shape")) header.shape.push_back(campaign::int_of(side));
        header.shard = {campaign::int_of(json.at("shard").at(0)),
                        campaign::int_of(json.at("shard").at(1))};
        header.started = json.at("started").get<std::string>();
        return header;
    } catch (const std::exception& error) {
        throw core::Error(
            core::Fault::integrity,
            fmt::format("{}: its first line describes no campaign ({})", source, error.what()));
    }
}

core::Json comparable(const CampaignHeader& header) {
    auto json = header_json(header);
    json["config"] = report::without_paths(std::move(json["config"]));
    json["environment"] = report::without_host(std::move(json["environment"]));
    for (auto& format : json["formats"]) format.erase("file");
    json.erase("sweep");
    json.erase("gates");
    json.erase("shard");
    json.erase("started");
    return json;
}

}  // namespace faultline::cli
