#include "sections.h"

namespace faultline::report {

namespace {

/// `bit`, `layer` and `group` are there only where they mean something.
core::Json point_json(const FormatInputs& inputs, const campaign::PointSummary& summary) {
    const auto& point = summary.point;
    core::Json json = {{"key", point.key},
                       {"test", campaign::name(inputs.plan.settings.test)},
                       {"format", inputs.plan.format},
                       {"errors", point.errors}};
    json["errors_mean"] = real(point.mean_errors);
    if (point.rate) json["rate"] = real(*point.rate);
    if (point.bit) {
        json["bit"] = *point.bit;
        json["role"] = campaign::role(inputs.plan, inputs.network, *point.bit);
    }
    if (point.layer) {
        const auto& layer = inputs.network.layers[static_cast<std::size_t>(*point.layer)];
        json["layer"] = layer.name;
        json["group"] = layer.group.empty() ? core::Json() : core::Json(layer.group);
    }
    json["exposed_bits"] = point.exposed_bits;
    json["statistics"] = statistics_json(summary.statistics, point.errors > 0);
    return json;
}

/// A trial's faults as a range of rows of the fault file; `row` moves on past it.
core::Json trial_json(const FormatInputs& inputs, std::size_t run, std::size_t place,
                      std::size_t& row) {
    const auto& points = inputs.plan.points;
    const auto& trial = inputs.trials[run][place];
    const bool from_golden = trial.parent == evaluation::Trial::golden;
    core::Json json = {
        {"key", points[place].key},
        {"parent", from_golden ? "golden" : points[static_cast<std::size_t>(trial.parent)].key},
        {"faults", {{"first", row}, {"count", trial.added.size()}}},
        {"tally", tally_json(inputs.outcome.runs[run].tallies[place])}};
    if (const auto& golden = inputs.outcome.runs[run].golden) json["golden"] = tally_json(*golden);
    row += trial.added.size();
    return json;
}

/// To the last entries, which are those of a format.
void add_hit_words(core::Json& list, std::vector<core::Json> words) {
    auto entry = list.end() - std::ssize(words);
    for (auto& counts : words) (*entry++)["hit_words"] = std::move(counts);
}

core::Json estimate_json(const campaign::Estimate& estimate) {
    return {{"mean", real(estimate.mean)},
            {"image_sd", real(estimate.image_deviation)},
            {"interval", interval_json(estimate.interval)}};
}

/// `layer`, `bit`, `role` and `direction` are there where all of its sites have them in common.
core::Json stratum_json(const FormatInputs& inputs, const campaign::StratumSummary& stratum) {
    core::Json json = {{"key", stratum.key}, {"format", inputs.plan.format}};
    if (stratum.layer)
        json["layer"] = inputs.network.layers[static_cast<std::size_t>(*stratum.layer)].name;
    if (stratum.bit) {
        json["bit"] = *stratum.bit;
        json["role"] = campaign::role(inputs.plan, inputs.network, *stratum.bit);
    }
    if (stratum.direction) json["direction"] = campaign::name(*stratum.direction);
    json["space_share"] = real(stratum.share);
    json["sites"] = stratum.sites;
    json["trial_share"] = real(stratum.odds);
    json["trials"] = stratum.trials;
    for (std::size_t i = 0; i < campaign::metric_count; ++i)
        json["statistics"][campaign::metrics()[i].name] = estimate_json(stratum.estimates[i]);
    return json;
}

core::Json group_json(const FormatInputs& inputs, const campaign::GroupSummary& group) {
    auto layers = core::Json::array();
    for (const int layer : group.layers)
        layers.push_back(inputs.network.layers[static_cast<std::size_t>(layer)].name);
    return {{"name", group.name},
            {"key", group.key},
            {"layers", std::move(layers)},
            {"statistics", statistics_json(group.statistics, true)}};
}

}  // namespace

core::Json points_json(const Inputs& inputs) {
    auto json = core::Json::array();
    for (const auto& format : inputs.formats) {
        for (const auto& point : format.summary.points) json.push_back(point_json(format, point));
        add_hit_words(json, mean_hit_words_json(format));
    }
    return json;
}

core::Json groups_json(const Inputs& inputs) {
    auto json = core::Json::array();
    for (const auto& format : inputs.formats)
        for (const auto& group : format.summary.groups) json.push_back(group_json(format, group));
    return json;
}

core::Json strata_json(const Inputs& inputs) {
    auto json = core::Json::array();
    for (const auto& format : inputs.formats)
        for (const auto& stratum : format.summary.strata)
            json.push_back(stratum_json(format, stratum));
    return json;
}

core::Json runs_json(const Inputs& inputs) {
    auto json = core::Json::array();
    const auto& runs = inputs.formats.front().outcome.runs;
    std::size_t row = 0;
    for (std::size_t run = 0; run < runs.size(); ++run) {
        auto trials = core::Json::array();
        for (const auto& format : inputs.formats) {
            for (std::size_t place = 0; place < format.plan.points.size(); ++place)
                trials.push_back(trial_json(format, run, place, row));
            add_hit_words(trials, hit_words_json(format, run));
        }
        core::Json entry = {{"run", runs[run].run}, {"trials", std::move(trials)}};
        if (!inputs.run_images.empty()) entry["images"] = inputs.run_images[run];
        json.push_back(std::move(entry));
    }
    return json;
}

}  // namespace faultline::report
