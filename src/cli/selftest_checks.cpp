#include "selftest_checks.h"

#include <faultline/core/error.h>
#include <faultline/core/place.h>
#include <faultline/evaluation/injection.h>
#include <fmt/format.h>

#include <limits>

namespace faultline::cli {
namespace {

using evaluation::Tally;
using evaluation::Trial;
using fault::Effect;

int word_bits(const network::WeightTensor& tensor) { return number::bit_count(tensor.format); }

Effect flip(int tensor, std::int64_t element, int bit) {
    return fault::effect({fault::WeightWord{tensor, element}, 1U << bit});
}

/// Each tensor's first, middle and last word, in the bit that changes most and in the lowest one.
std::vector<Effect> flips_everywhere(const network::Description& network) {
    std::vector<Effect> flips;
    for (int tensor = 0; tensor < std::ssize(network.tensors); ++tensor) {
        const auto& described = network.tensors[core::place(tensor)];
        const auto count = described.element_count();
        for (const auto element : {std::int64_t{0}, count / 2, count - 1}) {
            flips.push_back(flip(tensor, element, word_bits(described) - 2));
            flips.push_back(flip(tensor, element, 0));
        }
    }
    std::erase_if(flips, [](const Effect& effect) { return effect.toggle == 0; });
    return flips;
}

class Selftest {
 public:
    explicit Selftest(const Session& session)
        : session_(session),
          network_(session.network),
          block_(session.images.load(
              0, static_cast<int>(std::min<std::int64_t>(session.batch, session.images.size())),
              session.threads)) {}

    std::vector<Check> run() {
        try_out("float32", [&] { return float32(); });
        try_out("same bits again", [&] { return repeats(); });
        try_out("flips happen", [&] { return flips(); });
        try_out("flips are undone", [&] { return restores(); });
        try_out("flips reach the output", [&] { return reaches(); });
        try_out("shortcuts are exact", [&] { return exact(); });
        try_out("NaN counts as wrong", [&] { return nan_rule(); });
        return std::move(checks_);
    }

 private:
    template <class Work>
    void try_out(const std::string& name, Work work) {
        try {
            auto [pass, detail] = work();
            checks_.push_back({name, pass, std::move(detail)});
        } catch (const core::Error& error) {
            if (error.fault() != core::Fault::integrity) throw;
            checks_.push_back({name, false, error.what()});
        }
    }

    using Seen = std::pair<bool, std::string>;

    Seen float32() const {
        const auto& probe = session_.environment.at("float32_probe");
        return {probe.at("pass").get<bool>(),
                fmt::format("a convolution and a matrix product are off by {:.1e} from float64",
                            probe.at("error").get<double>())};
    }

    std::vector<Tally> measure(const std::vector<Trial>& trials, evaluation::Method method,
                               const std::vector<std::int32_t>& checked = {}) {
        auto settings = session_.evaluation;
        settings.method = method;
        evaluation::Evaluator evaluator(network_, settings, session_.plan);
        auto tallies =
            evaluator.measure(block_, session_.images.settings().preprocessing, trials, checked);
        work_ = evaluator.work();
        return tallies;
    }

    Seen repeats() {
        const std::vector<Trial> trials(5);
        for (const auto& tally : measure(trials, evaluation::Method::whole))
            if (tally.masked + tally.nonfinite != tally.images)
                return {false, "golden passes differ from one another in their last bits"};
        return {true,
                fmt::format("6 golden passes over {} images have the same bits", block_.count)};
    }

    Seen flips() {
        const auto all = flips_everywhere(network_.description());
        const auto before = network_.weights_checksum();
        evaluation::Injection injection(network_, all);
        std::size_t changed = 0;
        for (const auto& change : injection.changes()) changed += change.before != change.after;
        const bool seen = network_.weights_checksum() != before;
        injection.restore();
        return {seen && changed == all.size(),
                fmt::format("{} of {} words in {} tensors changed and read back", changed,
                            all.size(), network_.description().tensors.size())};
    }

    Seen restores() {
        const auto before = network_.weights_sha256();
        for (const auto& effect : flips_everywhere(network_.description()))
            evaluation::Injection(network_, {&effect, 1}).restore();
        return {network_.weights_sha256() == before,
                "SHA-256 of all weights before and after " + before};
    }

    /// A copy of the weights somewhere would let flips happen that nobody sees.
    Seen reaches() {
        std::vector<Trial> trials;
        const auto& tensors = network_.description().tensors;
        for (int tensor = 0; tensor < std::ssize(tensors); ++tensor) {
            Trial all;
            const auto& described = tensors[core::place(tensor)];
            const auto count = std::min<std::int64_t>(described.element_count(), 4096);
            for (std::int64_t element = 0; element < count; ++element)
                all.added.push_back(flip(tensor, element, word_bits(described) - 1));
            trials.push_back(std::move(all));
        }
        const auto tallies = measure(trials, evaluation::Method::whole);
        std::string silent;
        std::size_t reached = 0;
        for (std::size_t i = 0; i < tallies.size(); ++i) {
            const bool seen = tallies[i].masked < tallies[i].images;
            reached += seen;
            if (!seen) silent += (silent.empty() ? "; none of " : ", ") + tensors[i].name;
        }
        return {reached > 0, fmt::format("the sign bits of {} of {} tensors change scores{}",
                                         reached, tensors.size(), silent)};
    }

    Seen exact() {
        const auto flips = flips_everywhere(network_.description());
        std::vector<Trial> trials = {{}};
        for (const auto& effect : flips) trials.push_back({Trial::golden, {effect}});
        trials.push_back({Trial::golden, flips});
        trials.emplace_back();
        std::vector<std::int32_t> checked;
        for (std::int32_t i = 1; i + 1 < std::ssize(trials); ++i) checked.push_back(i);
        const auto tallies = measure(trials, evaluation::Method::resumed, checked);
        return {
            tallies.front() == tallies.back(),
            fmt::format("{} trials have the reference's logits to the bit", work_.trials_checked)};
    }

    Seen nan_rule() {
        constexpr float nan = std::numeric_limits<float>::quiet_NaN();
        constexpr float infinity = std::numeric_limits<float>::infinity();
        const std::vector<float> golden = {3, 1, 2, 3, 1, 2, 3, 1, 2};
        const std::vector<float> faulty = {3, nan, 2, infinity, 1, 2, 3, 1, 2};
        const std::vector<std::int32_t> labels = {0, 0, 0};
        const auto tally = evaluation::compare(faulty, golden, labels);
        return {tally.nonfinite == 2 && tally.top1 == 1 && tally.critical == 2 && tally.masked == 1,
                "images with a NaN or an infinity among their scores are wrong, never an error"};
    }

    const Session& session_;
    const network::Network& network_;
    dataset::Block block_;
    evaluation::Work work_;
    std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> selftest(const Session& session) { return Selftest(session).run(); }

}  // namespace faultline::cli
