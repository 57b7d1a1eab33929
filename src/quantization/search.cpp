#include <faultline/quantization/search.h>

#include <algorithm>
#include <array>

namespace faultline::quantization {
namespace {

constexpr std::array tried_widths = {16, 8, 4, 2};

/// One kind of numbers: where its width stands, and what the settings say about it.
struct Kind {
    int Widths::*width;
    int given;
    std::int64_t lost = 0;  ///< right answers, alone at the width found
};

class Search {
 public:
    Search(const Calibration& calibration, const Judge& judge, const Settings& settings)
        : calibration_(calibration), judge_(judge), settings_(settings) {
        const auto golden = accuracy(judge.float_scores);
        right_ = golden.top1;
        allowed_ = settings.margin / 100 * static_cast<double>(golden.images);
    }

    WidthSearch run() {
        std::vector<Kind> kinds = {{&Widths::convolution, settings_.convolution_bits},
                                   {&Widths::linear, settings_.linear_bits},
                                   {&Widths::activation, settings_.activation_bits}};
        Widths widths;
        for (auto& kind : kinds) widths.*kind.width = narrowest(kind);
        while (lost(widths) > allowed_ && widen(kinds, widths)) {
        }
        found_.widths = widths;
        return std::move(found_);
    }

 private:
    static constexpr Widths all_float = {Widths::float_bits, Widths::float_bits,
                                         Widths::float_bits};

    double lost(const Widths& widths) {
        const auto choices = choose(calibration_, widths, settings_);
        const auto quantized = network::with_formats(calibration_.network, formats(choices));
        const auto tally = accuracy(quantized, judge_.set, judge_.float_scores);
        found_.trials.push_back({widths, tally});
        return static_cast<double>(right_ - tally.top1);
    }

    int narrowest(Kind& kind) {
        if (kind.given > 0) return kind.given;
        int found = Widths::float_bits;
        for (const int width : tried_widths) {
            auto alone = all_float;
            alone.*kind.width = width;
            const auto loss = lost(alone);
            if (loss > allowed_) break;
            kind.lost = static_cast<std::int64_t>(loss);
            found = width;
        }
        return found;
    }

    /// False when nothing is left to widen.
    static bool widen(std::vector<Kind>& kinds, Widths& widths) {
        Kind* most = nullptr;
        for (auto& kind : kinds) {
            if (kind.given > 0 || widths.*kind.width == Widths::float_bits) continue;
            if (most == nullptr || kind.lost > most->lost) most = &kind;
        }
        if (most == nullptr) return false;
        int& width = widths.*most->width;
        width = width == tried_widths.front() ? Widths::float_bits : 2 * width;
        most->lost = 0;
        return true;
    }

    const Calibration& calibration_;
    const Judge& judge_;
    const Settings& settings_;
    std::int64_t right_ = 0;
    double allowed_ = 0;
    WidthSearch found_;
};

}  // namespace

WidthSearch search_widths(const Calibration& calibration, const Judge& judge,
                          const Settings& settings) {
    return Search(calibration, judge, settings).run();
}

std::vector<evaluation::Tally> sensitivity(const network::Network& network,
                                           const std::vector<LayerChoice>& choices,
                                           const Judge& judge) {
    std::vector<evaluation::Tally> tallies(choices.size());
    const std::vector<network::LayerFormats> all_float(choices.size());
    for (std::size_t layer = 0; layer < choices.size(); ++layer) {
        if (choices[layer].formats == network::LayerFormats{}) continue;
        auto alone = all_float;
        alone[layer] = choices[layer].formats;
        tallies[layer] =
            accuracy(network::with_formats(network, alone), judge.set, judge.float_scores);
    }
    return tallies;
}

}  // namespace faultline::quantization
