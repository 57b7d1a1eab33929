#include <cassert>
#include <cmath>

#include "sections.h"

namespace faultline::report {

namespace {

core::Json distribution_json(const campaign::Distribution& spread, const char* deviation_key) {
    return {{"mean", real(spread.mean)},
            {deviation_key, real(spread.deviation)},
            {"min", real(spread.minimum)},
            {"max", real(spread.maximum)},
            {"quantiles",
             {{"p05", real(spread.quantile_05)},
              {"p25", real(spread.quantile_25)},
              {"p50", real(spread.median)},
              {"p75", real(spread.quantile_75)},
              {"p95", real(spread.quantile_95)}}}};
}

core::Json share_json(const campaign::Share& share) {
    return {{"count", share.count},
            {"share", real(share.share)},
            {"low", real(share.interval.low)},
            {"high", real(share.interval.high)},
            {"method", share.interval.method},
            {"confidence", real(share.interval.confidence)}};
}

core::Json drop_json(const campaign::Statistics& statistics) {
    auto json = distribution_json(statistics.drop, "fault_sd");
    json["image_sd"] = real(statistics.drop_image_deviation);
    json["interval_faults"] = interval_json(statistics.drop_interval_faults);
    json["interval_images"] = interval_json(statistics.drop_interval_images);
    return json;
}

core::Json outcomes_json(const campaign::Statistics& statistics) {
    const auto outcome = [](std::int64_t count, double share) -> core::Json {
        return {{"count", count}, {"share", real(share)}};
    };
    const auto& sum = statistics.outcomes;
    const auto& shares = statistics.shares;
    return {{"images", sum.images},
            {"masked", outcome(sum.masked, shares.masked)},
            {"benign", outcome(sum.benign, shares.benign)},
            {"sdc1", outcome(sum.sdc1, shares.sdc1)},
            {"sdc5", outcome(sum.sdc5, shares.sdc5)},
            {"nonfinite", outcome(sum.nonfinite, shares.nonfinite)},
            {"critical", outcome(sum.critical, shares.critical)}};
}

}  // namespace

core::Json real(double value) {
    assert(std::isfinite(value));
    return value;
}

double share(std::int64_t count, std::int64_t all) {
    return static_cast<double>(count) / static_cast<double>(all);
}

core::Json tally_json(const evaluation::Tally& tally) {
    return {{"images", tally.images}, {"top1", tally.top1},           {"top5", tally.top5},
            {"masked", tally.masked}, {"benign", tally.benign},       {"sdc1", tally.sdc1},
            {"sdc5", tally.sdc5},     {"nonfinite", tally.nonfinite}, {"critical", tally.critical}};
}

core::Json interval_json(const campaign::Interval& interval) {
    return {{"low", real(interval.low)},
            {"high", real(interval.high)},
            {"method", interval.method},
            {"confidence", real(interval.confidence)}};
}

core::Json statistics_json(const campaign::Statistics& statistics, bool has_errors) {
    core::Json json = {{"runs", statistics.top1.count},
                       {"top1", distribution_json(statistics.top1, "sd")},
                       {"top5", distribution_json(statistics.top5, "sd")},
                       {"paired_drop", drop_json(statistics)}};
    json["top1"]["interval"] = interval_json(statistics.top1_interval);
    json["drop_per_error"] = has_errors ? real(statistics.drop_per_error) : core::Json();
    json["over_one_point"] = share_json(statistics.over_one_point);
    json["collapse"] = share_json(statistics.collapse);
    json["outcomes"] = outcomes_json(statistics);
    return json;
}

}  // namespace faultline::report
