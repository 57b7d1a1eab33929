#pragma once

#include <faultline/campaign/record.h>

#include <optional>
#include <vector>

namespace faultline::campaign {

struct RunRecord {
    int run = 0;
    std::vector<evaluation::Tally> tallies;        ///< one for each point
    std::optional<evaluation::Tally> golden = {};  ///< where runs have images of their own

    bool operator==(const RunRecord&) const = default;
};

/// All runs of one format, over all images. Where runs have images of their own, golden is summed
/// over the runs.
struct Outcome {
    evaluation::Tally golden_before;
    evaluation::Tally golden_after;
    std::vector<RunRecord> runs;
    evaluation::Confusion confusion = {};  ///< of all trials, where it was counted
    std::vector<bool> golden_right = {};   ///< of each image; empty where runs have their own

    /// On the images of the run at `place` among `runs`.
    const evaluation::Tally& golden_of(std::size_t place) const {
        const auto& own = runs[place].golden;
        return own ? *own : golden_before;
    }
};

/// How much there is to measure.
struct Extent {
    int formats = 1;
    int blocks = 0;  ///< of images
    int runs = 0;
    std::vector<int> points;  ///< of each format
    bool own_images = false;  ///< blocks are of each run's own images, and a record is of one run

    bool operator==(const Extent&) const = default;
};

/// Which runs are measured on which blocks, without their tallies: what a merge needs to remember.
class Coverage {
 public:
    explicit Coverage(const Extent& extent);

    /// Throws Error(integrity) for what lies beyond the extent, and for runs that are there
    /// already.
    void add(const Record& record);

    /// Of `wanted`, those that aren't measured on the block: ranges, rising.
    std::vector<Runs> missing(int format, int block, const Runs& wanted) const;

    /// Whether all of `wanted` are measured on every block.
    bool done(int format, const Runs& wanted) const;

    /// Whether any of `wanted` is measured on any block in any format.
    bool any(const Runs& wanted) const;

    /// The first gap among all runs, as "format 0, block 2: runs 5 to 9"; empty when there is none.
    std::string gap(const Runs& wanted) const;

    const Extent& extent() const { return extent_; }

 private:
    std::size_t index(int format, int block) const;

    Extent extent_;
    std::vector<std::vector<bool>> done_;  ///< [format, block][run]
};

/// What a campaign's records come to.
class Ledger {
 public:
    explicit Ledger(const Extent& extent);

    /// Throws as Coverage::add, and Error(integrity) when golden or the weights' checksum differ
    /// from those of another record of the block or format.
    void add(const Record& record);

    const Coverage& coverage() const { return coverage_; }

    /// Of `wanted` runs, which must be measured on every block.
    Outcome outcome(int format, const Runs& wanted) const;

    const Checks& checks() const { return checks_; }
    double seconds() const { return seconds_; }
    std::int64_t record_count() const { return record_count_; }

 private:
    std::size_t golden_place(int run, int block) const;

    Coverage coverage_;
    std::vector<std::vector<std::vector<evaluation::Tally>>> sums_;  ///< [format][run][point]
    /// [format][block], with images of their own [format][run, block].
    std::vector<std::vector<std::optional<evaluation::Tally>>> golden_;
    std::vector<std::vector<std::vector<bool>>> golden_right_;  ///< as golden_
    std::vector<std::optional<std::uint64_t>> weights_;         ///< [format]
    std::vector<evaluation::Confusion> confusion_;              ///< [format]
    Checks checks_;
    double seconds_ = 0;
    std::int64_t record_count_ = 0;
};

}  // namespace faultline::campaign
