#pragma once

#include <faultline/evaluation/confusion.h>
#include <faultline/evaluation/tally.h>

#include <cstdint>
#include <string>
#include <vector>

namespace faultline::campaign {

/// Some of a campaign's runs, which are numbered from 0.
struct Runs {
    int first = 0;
    int count = 0;

    int end() const { return first + count; }
    bool operator==(const Runs&) const = default;
};

/// How often what must hold was looked at.
struct Checks {
    std::int64_t trials_checked = 0;  ///< measured again by the reference
    std::int64_t words_read_back = 0;
    std::int64_t words_restored = 0;

    Checks& operator+=(const Checks& other) {
        trials_checked += other.trials_checked;
        words_read_back += other.words_read_back;
        words_restored += other.words_restored;
        return *this;
    }
    Checks& operator-=(const Checks& other) {
        trials_checked -= other.trials_checked;
        words_read_back -= other.words_read_back;
        words_restored -= other.words_restored;
        return *this;
    }
    bool operator==(const Checks&) const = default;
};

/// Some runs on one block of images, measured: a line of the journal. Tallies of one run add over
/// the blocks.
struct Record {
    int format = 0;  ///< place among the campaign's formats
    int block = 0;   ///< of images, from 0
    Runs runs;
    evaluation::Tally golden;                             ///< of the block, equal before and after
    std::vector<bool> golden_right;                       ///< of each image of the block
    std::vector<std::vector<evaluation::Tally>> tallies;  ///< [run - runs.first][point]
    evaluation::Confusion confusion;  ///< of all its trials; empty where it isn't counted
    Checks checks;
    std::uint64_t weights = 0;  ///< checksum of the weights after the record, equal to golden's
    double seconds = 0;

    bool operator==(const Record&) const = default;
};

}  // namespace faultline::campaign
