#include <faultline/campaign/ledger.h>
#include <faultline/core/error.h>
#include <faultline/core/place.h>
#include <fmt/format.h>

#include <algorithm>

namespace faultline::campaign {
namespace {

using core::place;
using evaluation::Tally;

[[noreturn]] void refuse(const Record& record, const std::string& what) {
    throw core::Error(
        core::Fault::integrity,
        fmt::format("the record of format {}, block {}, runs {} to {} {}", record.format,
                    record.block, record.runs.first, record.runs.end() - 1, what));
}

bool within(const Record& record, const Extent& extent) {
    const auto& runs = record.runs;
    if (record.format < 0 || record.format >= extent.formats) return false;
    if (record.block < 0 || record.block >= extent.blocks) return false;
    if (runs.first < 0 || runs.count < 1 || runs.first > extent.runs - runs.count) return false;
    if (extent.own_images && runs.count > 1) return false;
    const auto points = place(extent.points[place(record.format)]);
    return record.tallies.size() == place(runs.count) &&
           std::ranges::all_of(record.tallies,
                               [&](const auto& run) { return run.size() == points; });
}

}  // namespace

Coverage::Coverage(const Extent& extent)
    : extent_(extent),
      done_(place(extent.formats) * place(extent.blocks), std::vector<bool>(place(extent.runs))) {}

std::size_t Coverage::index(int format, int block) const {
    return place(format) * place(extent_.blocks) + place(block);
}

void Coverage::add(const Record& record) {
    if (!within(record, extent_)) refuse(record, "isn't one of this campaign's");
    auto& done = done_[index(record.format, record.block)];
    const auto first = done.begin() + record.runs.first;
    const auto end = first + record.runs.count;
    if (std::find(first, end, true) != end) refuse(record, "overlaps another one");
    std::fill(first, end, true);
}

std::vector<Runs> Coverage::missing(int format, int block, const Runs& wanted) const {
    const auto& done = done_[index(format, block)];
    std::vector<Runs> ranges;
    for (int run = wanted.first; run < wanted.end(); ++run) {
        if (done[place(run)]) continue;
        if (ranges.empty() || ranges.back().end() != run) ranges.push_back({run, 0});
        ++ranges.back().count;
    }
    return ranges;
}

bool Coverage::done(int format, const Runs& wanted) const {
    for (int block = 0; block < extent_.blocks; ++block)
        if (!missing(format, block, wanted).empty()) return false;
    return true;
}

bool Coverage::any(const Runs& wanted) const {
    return std::ranges::any_of(done_, [&](const auto& done) {
        const auto first = done.begin() + wanted.first;
        return std::find(first, first + wanted.count, true) != first + wanted.count;
    });
}

std::string Coverage::gap(const Runs& wanted) const {
    for (int format = 0; format < extent_.formats; ++format) {
        for (int block = 0; block < extent_.blocks; ++block) {
            const auto ranges = missing(format, block, wanted);
            if (ranges.empty()) continue;
            return fmt::format("format {}, block {}: runs {} to {}", format, block,
                               ranges.front().first, ranges.front().end() - 1);
        }
    }
    return "";
}

Ledger::Ledger(const Extent& extent)
    : coverage_(extent),
      sums_(place(extent.formats)),
      golden_(sums_.size()),
      golden_right_(sums_.size()),
      weights_(sums_.size()),
      confusion_(sums_.size()) {
    for (std::size_t format = 0; format < sums_.size(); ++format) {
        sums_[format].assign(place(extent.runs), std::vector<Tally>(place(extent.points[format])));
        golden_[format].resize(place(extent.blocks) * (extent.own_images ? place(extent.runs) : 1));
        golden_right_[format].resize(golden_[format].size());
    }
}

std::size_t Ledger::golden_place(int run, int block) const {
    const auto& extent = coverage_.extent();
    return extent.own_images ? place(run) * place(extent.blocks) + place(block) : place(block);
}

void Ledger::add(const Record& record) {
    coverage_.add(record);
    auto& golden = golden_[place(record.format)][golden_place(record.runs.first, record.block)];
    auto& right =
        golden_right_[place(record.format)][golden_place(record.runs.first, record.block)];
    if (golden && (*golden != record.golden || right != record.golden_right))
        refuse(record,
               fmt::format("has golden top-1 {} of {}, another one of the block {} of {}; "
                           "were they measured alike?",
                           record.golden.top1, record.golden.images, golden->top1, golden->images));
    auto& weights = weights_[place(record.format)];
    if (weights.value_or(record.weights) != record.weights)
        refuse(record, "was measured on other weights than those before it");
    golden = record.golden;
    right = record.golden_right;
    weights = record.weights;
    for (int k = 0; k < record.runs.count; ++k) {
        auto& sums = sums_[place(record.format)][place(record.runs.first + k)];
        for (std::size_t point = 0; point < sums.size(); ++point)
            sums[point] += record.tallies[place(k)][point];
    }
    evaluation::add(confusion_[place(record.format)], record.confusion);
    checks_ += record.checks;
    seconds_ += record.seconds;
    ++record_count_;
}

Outcome Ledger::outcome(int format, const Runs& wanted) const {
    const auto& extent = coverage_.extent();
    const auto golden_of = [&](int run) {
        Tally sum;
        for (int block = 0; block < extent.blocks; ++block)
            sum += golden_[place(format)][golden_place(run, block)].value();
        return sum;
    };
    Outcome outcome;
    for (int run = wanted.first; run < wanted.end(); ++run) {
        auto& found = outcome.runs.emplace_back(RunRecord{run, sums_[place(format)][place(run)]});
        if (!extent.own_images) continue;
        found.golden = golden_of(run);
        outcome.golden_before += *found.golden;
    }
    if (!extent.own_images) {
        outcome.golden_before = golden_of(0);
        for (const auto& right : golden_right_[place(format)])
            outcome.golden_right.insert(outcome.golden_right.end(), right.begin(), right.end());
    }
    outcome.golden_after = outcome.golden_before;
    outcome.confusion = confusion_[place(format)];
    return outcome;
}

}  // namespace faultline::campaign
