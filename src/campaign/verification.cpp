#include <faultline/campaign/rounds.h>
#include <faultline/campaign/verification.h>
#include <faultline/core/random.h>

#include <cmath>
#include <map>
#include <set>

namespace faultline::campaign {
namespace {

/// Above every stream of fault::Stream and the dataset's.
constexpr std::uint32_t verification_stream = 0x76726679;

std::uint64_t random_word(const Plan& plan, int block, std::size_t draw) {
    return core::random_words({plan.settings.seed, static_cast<std::uint32_t>(block),
                               verification_stream, static_cast<std::uint32_t>(draw), 0})[0];
}

}  // namespace

std::string kind(const Plan& plan, const network::Description& network, const Point& point) {
    if (point.bit) return role(plan, network, *point.bit);
    if (point.layer) return network.layers[static_cast<std::size_t>(*point.layer)].kind;
    return "full";
}

std::vector<std::int32_t> checked_trials(const Plan& plan, const network::Description& network,
                                         double share, int block) {
    const auto point_count = plan.points.size();
    const auto trial_count = point_count * static_cast<std::size_t>(plan.settings.runs);
    std::set<std::int32_t> checked;
    std::map<std::string, std::vector<std::size_t>> kinds;
    for (std::size_t point = 0; point < point_count; ++point)
        kinds[kind(plan, network, plan.points[point])].push_back(point);
    for (std::size_t trial = 0; trial < trial_count; ++trial) {
        const auto uniform = std::ldexp(static_cast<double>(random_word(plan, block, trial)), -64);
        if (uniform < share) checked.insert(static_cast<std::int32_t>(trial));
    }
    if (block > 0) return {checked.begin(), checked.end()};
    std::size_t draw = trial_count;
    for (const auto& [name, points] : kinds) {
        const auto place = core::scaled(random_word(plan, block, draw++), points.size());
        // Of the first round: later ones may not come.
        const auto run =
            core::scaled(random_word(plan, block, draw++),
                         static_cast<std::uint64_t>(rounds(plan.settings).front().count));
        checked.insert(static_cast<std::int32_t>(run * point_count + points[place]));
    }
    return {checked.begin(), checked.end()};
}

}  // namespace faultline::campaign
