#include <fmt/format.h>

#include "sections.h"

namespace faultline::report {

namespace {

using campaign::HitWords;

core::Json guarded_json(const campaign::GuardedWords& words) {
    return {{"number_bits", words.bit_count},
            {"added_bits_per_word", words.added_bits},
            {"words", words.words}};
}

std::int64_t added_bits(const std::vector<campaign::GuardedWords>& all) {
    std::int64_t sum = 0;
    for (const auto& words : all) sum += words.added_bits * words.words;
    return sum;
}

/// What it costs in one format.
core::Json memory_json(const FormatInputs& format) {
    const auto all = campaign::guarded_words(format.plan, format.network);
    auto guarded = core::Json::array();
    for (const auto& words : all) guarded.push_back(guarded_json(words));
    return {{"format", format.plan.format},
            {"added_bits", added_bits(all)},
            {"guarded", std::move(guarded)}};
}

}  // namespace

core::Json protection_json(const Inputs& inputs) {
    const auto& settings = inputs.formats.front().plan.settings;
    if (!campaign::is_protected(settings)) return "none";
    const auto protection = campaign::parse_protection(settings.protect);
    core::Json json = {{"scheme", campaign::name(protection.scheme)}, {"bits", nullptr}};
    const auto* const tmr = std::get_if<fault::Tmr>(&protection.scheme);
    if (tmr != nullptr && *tmr != fault::Tmr{}) json["bits"] = campaign::bits_text(tmr->bits);
    json["layers"] = protection.layers;
    json["memory"] = core::Json::array();
    for (const auto& format : inputs.formats) json["memory"].push_back(memory_json(format));
    return json;
}

std::vector<core::Json> hit_words_json(const FormatInputs& inputs, std::size_t run) {
    if (!campaign::is_protected(inputs.plan.settings)) return {};
    std::vector<core::Json> all;
    for (const auto& counts : campaign::hit_words(inputs.trials[run]))
        all.push_back({{"corrected", counts.corrected},
                       {"zeroed", counts.zeroed},
                       {"silent", counts.silent}});
    return all;
}

std::vector<core::Json> mean_hit_words_json(const FormatInputs& inputs) {
    if (!campaign::is_protected(inputs.plan.settings)) return {};
    std::vector<HitWords> sums(inputs.plan.points.size());
    for (const auto& trials : inputs.trials) {
        const auto counts = campaign::hit_words(trials);
        for (std::size_t place = 0; place < sums.size(); ++place) {
            sums[place].corrected += counts[place].corrected;
            sums[place].zeroed += counts[place].zeroed;
            sums[place].silent += counts[place].silent;
        }
    }
    const auto runs = std::ssize(inputs.trials);
    std::vector<core::Json> means;
    for (const auto& sum : sums)
        means.push_back({{"corrected", real(share(sum.corrected, runs))},
                         {"zeroed", real(share(sum.zeroed, runs))},
                         {"silent", real(share(sum.silent, runs))}});
    return means;
}

std::string protection_line(const FormatInputs& inputs) {
    const auto& settings = inputs.plan.settings;
    if (!campaign::is_protected(settings)) return "";
    const auto all = campaign::guarded_words(inputs.plan, inputs.network);
    std::int64_t words = 0;
    for (const auto& guarded : all) words += guarded.words;
    return fmt::format("memory: {}; {} of {} bits are copies or check bits, of {} numbers\n",
                       shortened(settings.protect), added_bits(all), inputs.plan.exposed_bits,
                       words);
}

}  // namespace faultline::report
