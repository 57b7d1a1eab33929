#include "compared_result.h"

#include <faultline/core/error.h>
#include <faultline/core/hash.h>
#include <faultline/core/line_starts.h>
#include <faultline/report/result.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "stored_faults.h"
#include "stored_result.h"

namespace faultline::cli {
namespace {

[[noreturn]] void refuse(const std::string& message) {
    throw core::Error(core::Fault::input, message);
}

/// What two networks with other weights have in common: "tensor,element,mask" of a row; of a
/// protected memory, where the mask depends on the weights, "tensor,element," and "hit".
std::string place_of(std::string_view row, const core::StoredValue& faults) {
    std::vector<std::string_view> fields;
    for (std::size_t begin = 0; begin <= row.size();) {
        const auto end = std::min(row.find(',', begin), row.size());
        fields.push_back(row.substr(begin, end - begin));
        begin = end + 1;
    }
    constexpr std::size_t tensor = 2, element = 3, mask = 4, hit = 7;
    if (fields.size() <= mask)
        refuse(
            fmt::format("{}: the list has the row '{}', which is no fault", faults.where(), row));
    return fmt::format("{},{},{}", fields[tensor], fields[element],
                       fields[fields.size() > hit ? hit : mask]);
}

/// The fault list of a result, row by row.
class FaultRows {
 public:
    explicit FaultRows(const ComparedResult& result)
        : text_(read_faults(result.value(), result.file())), starts_(core::line_starts(text_)) {}

    /// A hash of where the trial's own faults strike, on top of its parent's.
    std::string hash(const core::StoredValue& trial, const std::string& parent) const {
        const auto range = trial["faults"];
        const auto first = range["first"].count(), count = range["count"].count();
        const auto rows = starts_.size() - 2;  // without the header and the text's end
        if (first > rows || count > rows - first)
            refuse(fmt::format("{} reaches beyond the end of the fault list", range.where()));
        core::Sha256 hash;
        hash.update(parent);
        for (auto row = first + 1; row <= first + count; ++row) {
            const std::string_view line(text_.data() + starts_[row],
                                        starts_[row + 1] - starts_[row] - 1);
            hash.update(place_of(line, range)).update("\n");
        }
        return hash.hex();
    }

 private:
    std::string text_;
    std::vector<std::size_t> starts_;
};

std::int64_t right_answers(const core::StoredValue& tally, std::uint64_t images) {
    const auto right = tally["top1"].count();
    if (tally["images"].count() != images || right > images)
        refuse(
            fmt::format("{}: top1 is {} of {} images, but the result is of {}; was the file "
                        "changed?",
                        tally.where(), right, tally["images"].count(), images));
    return static_cast<std::int64_t>(right);
}

/// The trials of one run, by key.
std::map<std::string, ComparedTrial> trials_of(const core::StoredValue& run, std::uint64_t images,
                                               const FaultRows* faults) {
    std::map<std::string, ComparedTrial> trials;
    for (const auto& trial : run["trials"].list()) {
        ComparedTrial found{right_answers(trial["tally"], images), ""};
        if (faults != nullptr) {
            const auto parent = trial["parent"].text();
            const auto before = trials.find(parent);
            found.faults = faults->hash(trial, before == trials.end() ? "" : before->second.faults);
        }
        if (!trials.emplace(trial["key"].text(), std::move(found)).second)
            refuse(fmt::format("{}: the run has this point twice", trial["key"].where()));
    }
    return trials;
}

/// What makes two networks two of one kind.
core::Json tensors_of(const core::StoredValue& result) {
    auto layers = core::Json::array();
    for (const auto& layer : result["network"]["layers"].list()) {
        auto tensors = core::Json::array();
        for (const auto& tensor : layer["tensors"].list())
            tensors.push_back({{"name", tensor["name"].json()},
                               {"role", tensor["role"].json()},
                               {"shape", tensor["shape"].json()}});
        layers.push_back({{"name", layer["name"].json()}, {"tensors", std::move(tensors)}});
    }
    return layers;
}

/// Settings without those that say which points and runs there are: every key names the former, and
/// other runs are what a comparison is for.
core::Json campaign_of(const core::StoredValue& result) {
    const auto stored = result["config"]["campaign"];
    stored.keys();  // an object, or it is refused
    auto campaign = stored.json();
    for (const auto* key : {"runs", "seed", "errors", "bits", "layers", "formats"})
        campaign.erase(key);
    return campaign;
}

}  // namespace

ComparedResult::ComparedResult(const std::string& given)
    : file_(result_path(given)), json_(read_result(file_)) {
    const auto result = value();
    const auto kind = result["kind"].text();
    if (kind != "campaign")
        refuse(fmt::format("{} is '{}'; a result of faultline run or merge belongs here",
                           result["kind"].where(), kind));
    const auto version = result["schema_version"].text();
    if (version != report::schema_version)
        refuse(
            fmt::format("{} is '{}', but this program compares results of '{}'; measure it again "
                        "with one program",
                        result["schema_version"].where(), version, report::schema_version));
    const auto status = result["status"];
    if (status["complete"].json() != true)
        refuse(fmt::format("{}: {} of {} runs are done; finish the campaign first", status.where(),
                           status["runs_done"].json().dump(),
                           status["runs_planned"].json().dump()));
}

std::vector<ComparedPoint> compared_points(const ComparedResult& result, bool with_faults) {
    const auto value = result.value();
    const auto images = value["images"]["count"].count();
    if (images == 0) refuse(fmt::format("{} is 0", value["images"]["count"].where()));
    std::optional<FaultRows> faults;
    if (with_faults) faults.emplace(result);
    std::vector<ComparedPoint> points;
    for (const auto& point : value["points"].list()) points.push_back({point["key"].text(), {}});
    for (const auto& run : value["runs"].list()) {
        const auto trials = trials_of(run, images, faults ? &*faults : nullptr);
        for (auto& point : points) {
            const auto trial = trials.find(point.key);
            if (trial == trials.end())
                refuse(fmt::format("{}: the point {} is missing", run.where(), point.key));
            if (!point.runs.emplace(run["run"].count(), trial->second).second)
                refuse(fmt::format("{} stands there twice", run["run"].where()));
        }
    }
    if (points.empty() || points.front().runs.empty())
        refuse(fmt::format("{}: there are no runs of any point", result.file().string()));
    return points;
}

namespace {

/// A run counts as much as any other, and nobody ended them because of what they showed: the tests
/// take both for granted.
void require_alike_runs(const ComparedResult& result) {
    const auto campaign = result.value()["config"]["campaign"];
    const auto is_set = [&](const std::string& key, const core::Json& usual) {
        const auto& settings = campaign.json();
        return settings.contains(key) && settings[key] != usual;
    };
    for (const auto& [key, usual] : {std::pair<std::string, core::Json>{"sampling", "plain"},
                                     {"allocate", false},
                                     {"until_margin", 0.0}}) {
        if (!is_set(key, usual)) continue;
        refuse(
            fmt::format("{}: config.campaign.{} is {}: its runs don't weigh alike or ended by "
                        "what they showed; compare campaigns of a fixed number of plain runs",
                        result.file().string(), key, campaign.json()[key].dump()));
    }
}

}  // namespace

void require_comparable(const ComparedResult& base, const ComparedResult& changed) {
    const auto one = base.value(), other = changed.value();
    const auto require_same = [&](const std::string& key, const core::Json& was,
                                  const core::Json& is, const std::string& what) {
        const auto difference = core::first_difference({{key, was}}, {{key, is}});
        if (difference.empty()) return;
        refuse(fmt::format("{} and {} can't be compared: other {} ({}); measure both alike",
                           base.file().string(), changed.file().string(), what, difference));
    };
    const auto require_same_in = [&](const std::string& section, const std::string& key,
                                     const std::string& what) {
        require_same(key, one[section][key].json(), other[section][key].json(), what);
    };
    require_same_in("identity", "images_sha256", "images or labels");
    require_same_in("identity", "preprocessing_sha256", "preprocessing of images");
    require_same_in("images", "count", "number of images");
    require_same_in("network", "classes", "classes");
    require_same("layers", tensors_of(one), tensors_of(other), "layers or tensors");
    require_same("fault_model", one["fault_model"].json(), other["fault_model"].json(),
                 "fault model");
    for (const auto* result : {&base, &changed}) require_alike_runs(*result);
    require_same("campaign", campaign_of(one), campaign_of(other), "settings of the campaign");
}

}  // namespace faultline::cli
