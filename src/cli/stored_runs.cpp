#include "stored_runs.h"

#include <faultline/core/error.h>
#include <fmt/format.h>

#include <map>

namespace faultline::cli {
namespace {

[[noreturn]] void refuse(const std::string& text) { throw core::Error(core::Fault::input, text); }

/// Sums of counts must not overflow, whatever a file says.
constexpr std::uint64_t most = std::uint64_t{1} << 53U;

std::int64_t count(const core::StoredValue& value) {
    const auto found = value.count();
    if (found > most) refuse(fmt::format("{} is {}; was the file changed?", value.where(), found));
    return static_cast<std::int64_t>(found);
}

core::StoredValue golden_of(const core::StoredValue& result, const std::string& format) {
    const auto golden = result["golden"];
    for (const auto& entry : golden.list())
        if (entry["format"].text() == format) return entry["before"];
    refuse(fmt::format("{}: none is of the format {}, which has points; was the file changed?",
                       golden.where(), format));
}

std::size_t point_count(const core::StoredValue& result, const std::string& format) {
    std::size_t points = 0;
    for (const auto& point : result["points"].list())
        points += point["format"].text() == format ? 1U : 0U;
    return points;
}

void require_golden_images(const core::StoredValue& images, std::int64_t golden_images) {
    if (count(images) == golden_images) return;
    refuse(
        fmt::format("{} is {}, but golden was measured on {}; a level of accuracy means the same "
                    "only on the same images: run the test with one set for all runs",
                    images.where(), count(images), golden_images));
}

std::vector<StoredStep> steps(const std::vector<core::StoredValue>& trials, std::size_t first,
                              std::size_t points, const StoredRuns& format) {
    std::map<std::string, std::int64_t> errors = {{"golden", 0}};
    std::vector<StoredStep> found;
    for (std::size_t place = first; place < first + points; ++place) {
        const auto& trial = trials[place];
        const auto parent = errors.find(trial["parent"].text());
        if (parent == errors.end())
            refuse(fmt::format("{} is '{}', which is no trial before it; was the file changed?",
                               trial["parent"].where(), trial["parent"].text()));
        const auto tally = trial["tally"];
        require_golden_images(tally["images"], format.images);
        const StoredStep step{parent->second + count(trial["faults"]["count"]),
                              count(tally["top1"])};
        if (!found.empty() && step.errors < found.back().errors)
            refuse(
                fmt::format("{}: its errors with its parents' are {}, but {} before it; in a "
                            "full test they pile up",
                            trial.where(), step.errors, found.back().errors));
        errors[trial["key"].text()] = step.errors;
        found.push_back(step);
    }
    return found;
}

StoredRuns runs_of(const core::StoredValue& result, const core::StoredValue& format) {
    StoredRuns found;
    found.format = format["name"].text();
    found.exposed_bits = format["exposed_bits"].count();
    const auto golden = golden_of(result, found.format);
    found.images = count(golden["images"]);
    found.golden_top1 = count(golden["top1"]);
    const auto first = format["first_trial"].count();
    const auto points = point_count(result, found.format);
    if (points == 0 || found.images == 0)
        refuse(fmt::format("{}: {} are there of {}; was the file changed?", format.where(),
                           points == 0 ? "no points" : "no images", found.format));
    for (const auto& run : result["runs"].list()) {
        const auto trials = run["trials"].list();
        if (first > trials.size() || trials.size() - first < points)
            refuse(
                fmt::format("{}: {} trials, but those of {} begin at {} and are {}; was the file "
                            "changed?",
                            run["trials"].where(), trials.size(), found.format, first, points));
        found.runs.push_back(steps(trials, first, points, found));
    }
    return found;
}

}  // namespace

std::vector<StoredRuns> stored_runs(const core::StoredValue& result) {
    const auto test = result["config"]["campaign"]["test"];
    if (test.text() != "full")
        refuse(
            fmt::format("{} is '{}'; what a mission comes to can be told from a full test only, "
                        "whose errors pile up over the whole network: run --test full",
                        test.where(), test.text()));
    if (result["runs"].list().empty())
        refuse(fmt::format("{}: there are none; the campaign measured nothing",
                           result["runs"].where()));
    std::vector<StoredRuns> all;
    for (const auto& format : result["formats"].list()) all.push_back(runs_of(result, format));
    return all;
}

}  // namespace faultline::cli
