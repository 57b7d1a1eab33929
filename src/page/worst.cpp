// The trials that lost most. A full test's faults pile up along a run: those of a trial's parents
// are its own, too.

#include <faultline/core/error.h>
#include <faultline/core/line_starts.h>
#include <faultline/core/shell.h>
#include <faultline/number/format.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

#include "drawing.h"
#include "tables.h"

namespace faultline::page {
namespace {

constexpr std::size_t most_trials = 10, most_faults = 20;

struct Trial {
    std::uint64_t run = 0;
    std::string key;
    std::string parent;
    std::uint64_t top1 = 0, images = 0;
    std::uint64_t first = 0, count = 0;  ///< of its own faults
};

using Run = std::map<std::string, Trial>;

Trial read_trial(std::uint64_t run, const StoredValue& stored) {
    const auto tally = stored["tally"], faults = stored["faults"];
    return {run,
            stored["key"].text(),
            stored["parent"].text(),
            tally["top1"].count(),
            tally["images"].count(),
            faults["first"].count(),
            faults["count"].count()};
}

double share_of(const Trial& trial) {
    return trial.images == 0 ? 0
                             : static_cast<double>(trial.top1) / static_cast<double>(trial.images);
}

/// Of every run the worst trial of the series: equal trials of one run tell nothing new.
std::vector<std::pair<Trial, Run>> worst(const Result& result, const Series& series) {
    std::vector<std::pair<Trial, Run>> found;
    for (const auto& stored : result.value["runs"].list()) {
        Run run;
        const Trial* least = nullptr;
        for (const auto& trial : stored["trials"].list()) {
            auto read = read_trial(stored["run"].count(), trial);
            if (read.key.find("/" + series.format + "/") == std::string::npos) continue;
            const auto& kept = run[read.key] = read;
            if (least == nullptr || share_of(kept) < share_of(*least)) least = &kept;
        }
        if (least == nullptr) continue;
        const auto copy = *least;
        found.emplace_back(copy, std::move(run));
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& one, const auto& other) {
        return share_of(one.first) < share_of(other.first);
    });
    if (found.size() > most_trials) found.resize(most_trials);
    return found;
}

/// The rows of a fault list, where they begin.
class FaultRows {
 public:
    explicit FaultRows(std::string_view text) : text_(text), starts_(core::line_starts(text)) {}

    /// Without the header; empty beyond the end.
    std::string_view row(std::uint64_t place) const {
        if (place + 1 >= starts_.size()) return {};
        const auto begin = starts_[place + 1];
        return text_.substr(begin, text_.find('\n', begin) - begin);
    }

 private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
};

struct Tensor {
    std::string name;
    std::string format;
};

/// By index in the fault list.
std::map<std::string, Tensor> tensors(const Result& result, std::size_t format) {
    std::map<std::string, Tensor> found;
    for (const auto& layer : result.value["network"]["layers"].list()) {
        for (const auto& tensor : layer["tensors"].list()) {
            const auto formats = tensor["formats"].list();
            found[std::to_string(tensor["index"].count())] = {
                tensor["name"].text(), format < formats.size() ? formats[format].text() : ""};
        }
    }
    return found;
}

std::vector<std::string> fields(std::string_view row) {
    std::vector<std::string> found;
    for (std::size_t begin = 0; begin <= row.size();) {
        const auto end = std::min(row.find(',', begin), row.size());
        found.emplace_back(row.substr(begin, end - begin));
        begin = end + 1;
    }
    return found;
}

/// The number that a word of so many hexadecimal digits stands for, as far as that can be told.
std::string decoded(const std::string& hexadecimal, const std::string& format) {
    std::uint32_t word = 0;
    std::from_chars(hexadecimal.data(), hexadecimal.data() + hexadecimal.size(), word, 16);
    try {
        const auto request = number::parse(format);
        if (const auto* fixed = std::get_if<number::FixedPoint>(&request))
            return fmt::format("{:g}", fixed->decode(word));
        if (const auto* real = std::get_if<number::Float32>(&request))
            return fmt::format("{:g}", real->decode(word));
    } catch (const core::Error&) {  // a format of a later program: the words stand for themselves
    }
    return "0x" + hexadecimal;
}

std::string told(std::string_view row, const std::map<std::string, Tensor>& tensors) {
    const auto field = fields(row);
    constexpr std::size_t columns = 7;  // run,trial,tensor,element,mask,before,after
    if (field.size() < columns) return std::string(row);
    const auto tensor = tensors.find(field[2]);
    const auto name = tensor == tensors.end() ? "tensor " + field[2] : tensor->second.name;
    const auto format = tensor == tensors.end() ? "" : tensor->second.format;
    return fmt::format("{}[{}] bits 0x{}: {} → {}", shortened(name, 60), field[3], field[4],
                       decoded(field[5], format), decoded(field[6], format));
}

Markup faults_of(const Trial& trial, const Run& run, const FaultRows& rows,
                 const std::map<std::string, Tensor>& tensors) {
    Markup items;
    std::uint64_t count = 0, shown = 0;
    const auto* at = &trial;
    for (std::size_t depth = 0; at != nullptr && depth <= run.size(); ++depth) {
        count += at->count;
        for (std::uint64_t i = 0; i < at->count && shown < most_faults; ++i) {
            const auto row = rows.row(at->first + i);
            if (row.empty()) break;
            items += element("li", {}, told(row, tensors));
            ++shown;
        }
        const auto parent = run.find(at->parent);
        at = parent == run.end() ? nullptr : &parent->second;
    }
    if (shown == 0 && count > 0)
        return text(fmt::format("{} (the fault list isn't beside the result)", count));
    auto summary = element("summary", {}, fmt::format("{} faults", count));
    if (shown < count) items += element("li", {}, fmt::format("... {} more", count - shown));
    return element("details", {}, summary + element("ul", {}, items));
}

Markup table(const Result& result, const Series& series, std::size_t format) {
    Table table{"Worst trials: " + series.label,
                {{"run"}, {"point", true}, {"top-1"}, {"faults", true}, {"again", true}}};
    const FaultRows rows(result.source->faults ? *result.source->faults : std::string_view());
    const auto names = tensors(result, format);
    for (const auto& [trial, run] : worst(result, series)) {
        const auto command =
            fmt::format("faultline replay {} --run {} --point {}", core::shell_word(result.file),
                        trial.run, core::shell_word(trial.key));
        table.rows.push_back(element(
            "tr", {},
            row_head(std::to_string(trial.run)) + words_cell(text(trial.key)) +
                cell(share(share_of(trial))) + words_cell(faults_of(trial, run, rows, names)) +
                words_cell(element("code", {}, command))));
    }
    return table.rows.empty() ? Markup() : table.markup();
}

}  // namespace

Markup worst_tables(const std::vector<Result>& results) {
    Markup tables;
    for (const auto& result : results)
        for (std::size_t format = 0; format < result.series.size(); ++format)
            tables += table(result, result.series[format], format);
    return tables;
}

}  // namespace faultline::page
