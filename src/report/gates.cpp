// Gates look at a result's JSON and at nothing else, so that a stored one, one that was measured
// just now, and one that is only expected are all judged alike.

#include <faultline/report/gates.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <faultline/core/error.h>
#include <faultline/core/options.h>
#include <algorithm>

#include "sections.h"

namespace faultline::report {

namespace {

/// Where a statistic keeps an end; the first that is there counts.
std::vector<std::string> places(const std::string& end) {
    if (end == "low" || end == "high")
        return {"/interval/" + end, "/interval_faults/" + end, "/" + end};
    if (end == "mean") return {"/mean", "/share"};
    if (end == "sd") return {"/sd", "/fault_sd"};
    if (end.starts_with('p')) return {"/quantiles/" + end};
    return {"/" + end};
}

const core::Json* find(const core::Json& json, const std::string& key) {
    if (!json.is_object()) return nullptr;
    const auto found = json.find(key);
    return found == json.end() ? nullptr : &*found;
}

const core::Json* find_statistic(const core::Json& statistics, const std::string& name) {
    if (const auto* found = find(statistics, name)) return found;
    const auto* outcomes = find(statistics, "outcomes");
    return outcomes == nullptr ? nullptr : find(*outcomes, name);
}

std::optional<double> value(const core::Json& statistics, const campaign::Gate& gate) {
    const auto* statistic = find_statistic(statistics, gate.statistic);
    if (statistic == nullptr) return std::nullopt;
    if (statistic->is_number() && gate.end == "mean") return statistic->get<double>();
    for (const auto& place : places(gate.end)) {
        const core::Json::json_pointer pointer(place);
        if (!statistic->is_structured() || !statistic->contains(pointer)) continue;
        if (const auto& found = statistic->at(pointer); found.is_number())
            return found.get<double>();
    }
    return std::nullopt;
}

/// What has a key and statistics.
struct Entry {
    std::string key;
    const core::Json* statistics;
};

std::vector<Entry> entries(const core::Json& result) {
    std::vector<Entry> all;
    for (const auto* section : {"points", "groups", "strata"}) {
        const auto* list = find(result, section);
        if (list == nullptr || !list->is_array()) continue;
        for (const auto& entry : *list) {
            const auto* key = find(entry, "key");
            const auto* statistics = find(entry, "statistics");
            if (key == nullptr || !key->is_string() || statistics == nullptr) continue;
            all.push_back({key->get<std::string>(), statistics});
        }
    }
    return all;
}

bool is_complete(const core::Json& result) {
    const auto* status = find(result, "status");
    const auto* complete = status == nullptr ? nullptr : find(*status, "complete");
    return complete != nullptr && *complete == true;
}

/// The nearest keys, or some of those there are.
std::string keys_near(const std::string& wanted, const core::Json& result) {
    constexpr std::size_t most = 3;
    std::vector<std::string> keys, near;
    for (const auto& entry : entries(result)) keys.push_back(entry.key);
    auto left = keys;
    while (near.size() < most) {
        const auto key = core::nearest(wanted, left);
        if (key.empty()) break;
        near.push_back(key);
        std::erase(left, key);
    }
    if (!near.empty()) return fmt::format("near it are {}", fmt::join(near, ", "));
    const auto count = keys.size();
    keys.resize(std::min(most, count));
    return fmt::format("there are {}{}", fmt::join(keys, ", "),
                       count > most ? fmt::format(", ... ({} in all)", count) : "");
}

std::string statistic_of(const campaign::Gate& gate) { return gate.statistic + "." + gate.end; }

[[noreturn]] void refuse(const Verdict& verdict, const std::string& what) {
    throw core::Error(core::Fault::usage,
                      fmt::format("gate '{}': {}", verdict.gate.expression, what));
}

std::string why_absent(const Verdict& verdict) {
    const auto& gate = verdict.gate;
    if (campaign::is_of_comparison(gate.statistic))
        return fmt::format("{} has no {}: it compares two results, and is for faultline compare",
                           *verdict.key, gate.statistic);
    if (gate.end_is_implied)
        return fmt::format("{} has no interval of {}; say {}.mean", *verdict.key, gate.statistic,
                           gate.statistic);
    return fmt::format("{} has no {}; what has no value can't pass", *verdict.key,
                       statistic_of(gate));
}

/// Groups by the layers that are points; as campaign::summarize names them.
std::vector<std::string> group_keys(const Planned& format) {
    std::vector<std::string> keys;
    for (const auto& point : format.plan.points) {
        if (!point.layer) continue;
        const auto& group = format.network.layers[static_cast<std::size_t>(*point.layer)].group;
        const auto key = "group/" + format.plan.format + "/" + group;
        if (!group.empty() && std::find(keys.begin(), keys.end(), key) == keys.end())
            keys.push_back(key);
    }
    return keys;
}

}  // namespace

std::vector<Verdict> judge(std::span<const campaign::Gate> gates, const core::Json& result) {
    const auto all = entries(result);
    const bool complete = is_complete(result);
    std::vector<Verdict> verdicts;
    for (const auto& gate : gates) {
        bool matched = false;
        for (const auto& entry : all) {
            if (!campaign::covers(gate, entry.key)) continue;
            matched = true;
            const auto observed = value(*entry.statistics, gate);
            const bool pass = complete && observed && campaign::keeps(gate, *observed);
            verdicts.push_back({gate, entry.key, observed, pass});
        }
        if (!matched) verdicts.push_back({gate, std::nullopt, std::nullopt, false});
    }
    return verdicts;
}

void require_values(std::span<const Verdict> verdicts, const core::Json& result) {
    for (const auto& verdict : verdicts) {
        if (!verdict.key)
            refuse(verdict, fmt::format("nothing has the key {}; {}", verdict.gate.key,
                                        keys_near(verdict.gate.key, result)));
        if (!verdict.observed) refuse(verdict, why_absent(verdict));
    }
}

core::Json expected_result(std::span<const Planned> formats) {
    core::Json result = {{"status", {{"complete", true}}},
                         {"points", core::Json::array()},
                         {"groups", core::Json::array()}};
    campaign::Statistics statistics;
    statistics.outcomes.images = 1;
    for (const auto& format : formats) {
        for (const auto& point : format.plan.points)
            result["points"].push_back(
                {{"key", point.key},
                 {"statistics", statistics_json(statistics, point.errors > 0)}});
        for (const auto& key : group_keys(format))
            result["groups"].push_back(
                {{"key", key}, {"statistics", statistics_json(statistics, true)}});
    }
    return result;
}

bool all_pass(std::span<const Verdict> verdicts) {
    return std::all_of(verdicts.begin(), verdicts.end(),
                       [](const Verdict& verdict) { return verdict.pass; });
}

core::Json verdicts_json(std::span<const Verdict> verdicts) {
    auto json = core::Json::array();
    for (const auto& verdict : verdicts) {
        json.push_back({{"expression", verdict.gate.expression},
                        {"key", verdict.key ? core::Json(*verdict.key) : core::Json()},
                        {"observed", verdict.observed ? real(*verdict.observed) : core::Json()},
                        {"bound", real(verdict.gate.bound)},
                        {"pass", verdict.pass}});
    }
    return json;
}

std::string told(const Verdict& verdict) {
    const auto& gate = verdict.gate;
    const auto asked = fmt::format("{} {} was asked", campaign::sign(gate.comparison), gate.bound);
    if (!verdict.observed) return fmt::format("{} has no value, {}", statistic_of(gate), asked);
    const bool kept = campaign::keeps(gate, *verdict.observed);
    return fmt::format("{} is {:.6g}, {}{}", statistic_of(gate), *verdict.observed, asked,
                       kept && !verdict.pass ? ", but runs are missing" : "");
}

std::string name_of(const Verdict& verdict) {
    return fmt::format("{} [{}]", verdict.gate.expression, verdict.key.value_or("nothing"));
}

std::string verdicts_text(std::span<const Verdict> verdicts) {
    if (verdicts.empty()) return "";
    const auto passed = std::count_if(verdicts.begin(), verdicts.end(),
                                      [](const Verdict& verdict) { return verdict.pass; });
    auto text = fmt::format("gates: {} of {} passed\n", passed, verdicts.size());
    constexpr int most_lines = 20;
    int lines = 0;
    for (const auto& verdict : verdicts) {
        if (verdict.pass || ++lines > most_lines) continue;
        const auto line = fmt::format("FAIL {}: {} (gate '{}')", verdict.key.value_or("nothing"),
                                      told(verdict), verdict.gate.expression);
        text += core::one_line(line) + "\n";  // a stored result's names are another's
    }
    if (lines > most_lines) text += fmt::format("... and {} more failed\n", lines - most_lines);
    return text;
}

}  // namespace faultline::report
