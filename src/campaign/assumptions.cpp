// Whole sentences for people who must judge the numbers: they go into the result as they stand.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <faultline/campaign/protection.h>
#include <faultline/campaign/statistics.h>
#include <utility>

namespace faultline::campaign {

namespace {

std::string draws(const Settings& settings) {
    const std::string words =
        "Errors are independent; every number of the chosen tensors is equally likely to be hit";
    if (settings.test == Test::indexed) return words + ", the bit is the point's.";
    if (is_protected(settings))
        return "Errors are independent; every bit of the memory that holds the chosen tensors is "
               "equally likely to be hit, copies and check bits as likely as the numbers' own.";
    return words + ", then every bit of its word.";
}

std::string rates(const Settings& settings) {
    return fmt::format(
        "At a rate, every exposed bit is hit with that chance, on its own: the number of errors is "
        "drawn for each run (binomial){}.",
        settings.bits_per_error > 1 ? "; an error of several bits counts as one hit" : "");
}

std::string sampling(const Settings& settings) {
    std::string text = "Each run is one error of its own, met by golden weights alone";
    if (settings.sampling == Sampling::stratified)
        text +=
            "; half of them come from every layer, bit and direction alike, half from the whole "
            "space, and all are reweighted to the space";
    if (settings.allocate)
        text += fmt::format(
            "; the first {} runs are a pilot, which chose where the others were drawn (reweighted "
            "to the space) and is no part of any estimate",
            settings.pilot);
    return text + ".";
}

std::string images(const Settings& settings) {
    return fmt::format(
        "Each run is measured on {} images of its own, spread over the classes, with golden on the "
        "same ones: intervals over runs cover both faults and images of this set.",
        settings.images_per_run);
}

std::string stopping(const Settings& settings) {
    return fmt::format(
        "After every {} runs it was looked whether half of each interval's width is at most {}, "
        "and if so, stopped, at {} runs at the latest; intervals are confidence sequences, valid "
        "for whoever stops so.",
        settings.round, settings.until_margin, settings.runs);
}

/// What words of several widths in one space mean.
std::string widths(const Settings& settings) {
    if (settings.test != Test::indexed && is_protected(settings))
        return "Words differ in width, with their copies and check bits: wide ones are hit more "
               "often.";
    if (settings.test == Test::indexed)
        return "Words differ in width: at each bit only the positions whose words have it are hit, "
               "so points differ in their number of errors, and so do runs.";
    return "Words differ in width, but each is equally likely to be hit: a bit of a narrow word is "
           "hit more often than a bit of a wide one.";
}

std::string repeats(const Settings& settings) {
    if (settings.replacement)
        return "Errors are drawn with replacement: a bit hit twice in one trial is right again.";
    if (settings.test == Test::indexed) return "No word is hit twice in one run.";
    return "No bit is hit twice in one run.";
}

std::string error_bits(const Settings& settings) {
    if (settings.bits_per_error == 1) return "An error flips one bit.";
    if (settings.test == Test::indexed)
        return fmt::format(
            "An error flips the point's bit and its {} next higher ones, moved down "
            "where the word ends.",
            settings.bits_per_error - 1);
    const bool adjacent = settings.bits_pattern == fault::Pattern::adjacent;
    return fmt::format("An error flips {} {} of one word.", settings.bits_per_error,
                       adjacent ? "neighbouring bits" : "bits drawn at random");
}

std::string policy(const Settings& settings) {
    switch (settings.policy) {
        case Policy::proportional:
            return fmt::format(
                "A layer gets int(its size / the smallest layer's size) errors{}: "
                "how much it suffers mixes how sensitive and how large it is.",
                settings.compat == Compat::paper ? ", biases counted though never hit" : "");
        case Policy::equal:
            return fmt::format("Every layer gets {} errors, whatever its size.",
                               settings.errors_per_layer);
        case Policy::rate:
            return fmt::format("A layer gets round({} x its bits) errors, at least 1.",
                               settings.rate);
    }
    return {};
}

}  // namespace

std::vector<std::string> assumptions(const Plan& plan) {
    const auto& settings = plan.settings;
    std::vector<std::string> all = {
        "Faults are soft errors in the memory that holds the trained numbers; they stay while all "
        "images are measured.",
        fmt::format("Numbers are stored as {}; {} the memory.", plan.format,
                    is_protected(settings) ? settings.protect + " protects" : "nothing protects"),
        fmt::format("Roles that may be hit: {}.", fmt::join(settings.roles, ", ")),
        draws(settings),
        repeats(settings),
        error_bits(settings)};
    for (auto& line : protection_assumptions(settings)) all.push_back(std::move(line));
    if (settings.test == Test::layer) all.push_back(policy(settings));
    if (!settings.rates.empty()) all.push_back(rates(settings));
    if (settings.test == Test::sample) all.push_back(sampling(settings));
    if (settings.images_per_run > 0) all.push_back(images(settings));
    if (settings.until_margin > 0) all.push_back(stopping(settings));
    if (settings.compat == Compat::paper) {
        all.emplace_back(
            "Choices follow the original study: standard deviations are the population's (n).");
    }
    return all;
}

std::vector<std::string> limitations(const Plan& plan, std::int64_t runs) {
    const auto confidence = plan.settings.confidence;
    const auto half = clopper_pearson(runs / 2, runs, confidence);
    std::vector<std::string> all = {
        "Faults in activations, instructions, addresses and control logic are not covered.",
        fmt::format("{} runs: what was never seen may still happen at rates up to {:.4f} ({:g} %), "
                    "and a share of runs is known to within {:.3f} at worst.",
                    runs, clopper_pearson(0, runs, confidence).high, 100 * confidence,
                    (half.high - half.low) / 2),
        "Intervals of a mean cover which faults were drawn; which images were used is stated apart "
        "(interval_images)."};
    if (plan.settings.test != Test::full) {
        all.emplace_back(
            "Points are measured on the same draws or images: they are not "
            "independent of each other.");
    }
    if (plan.mixed_widths) all.push_back(widths(plan.settings));
    if (is_protected(plan.settings))
        all.emplace_back(
            "What protects the memory is itself taken to be sound: encoders, decoders and voters "
            "are never hit; their time, area and energy aren't counted.");
    if (plan.settings.compat == Compat::paper) {
        all.emplace_back(
            "The original counts an output of only NaN as its last class, so that a "
            "dead network scores 1 of 1000 there; here it scores 0.");
    }
    return all;
}

}  // namespace faultline::campaign
