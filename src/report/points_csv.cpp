#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sections.h"

namespace faultline::report {

namespace {

constexpr std::string_view header =
    "key,test,format,errors,bit,layer,group,runs,top1_mean,top1_sd,top1_min,top1_max,top1_p05,"
    "top1_p25,top1_p50,top1_p75,top1_p95,top1_low,top1_high,top5_mean,drop_mean,drop_fault_sd,"
    "drop_image_sd,over_one_point,collapse,masked,benign,sdc1,sdc5,nonfinite,critical,"
    "errors_mean,exposed_bits\n";

/// As RFC 4180 has it.
std::string field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char letter : text) result += letter == '"' ? "\"\"" : std::string(1, letter);
    return result + '"';
}

std::string where(const FormatInputs& inputs, const campaign::Point& point) {
    std::string layer, group;
    if (point.layer) {
        layer = inputs.network.layers[static_cast<std::size_t>(*point.layer)].name;
        group = inputs.network.layers[static_cast<std::size_t>(*point.layer)].group;
    }
    return fmt::format("{},{},{},{},{},{},{}", field(point.key),
                       campaign::name(inputs.plan.settings.test), inputs.plan.format, point.errors,
                       point.bit ? std::to_string(*point.bit) : "", field(layer), field(group));
}

std::vector<double> numbers(const campaign::Statistics& statistics) {
    const auto& top1 = statistics.top1;
    const auto& sum = statistics.outcomes;
    std::vector<double> all = {top1.mean,
                               top1.deviation,
                               top1.minimum,
                               top1.maximum,
                               top1.quantile_05,
                               top1.quantile_25,
                               top1.median,
                               top1.quantile_75,
                               top1.quantile_95,
                               statistics.top1_interval.low,
                               statistics.top1_interval.high,
                               statistics.top5.mean,
                               statistics.drop.mean,
                               statistics.drop.deviation,
                               statistics.drop_image_deviation,
                               statistics.over_one_point.share,
                               statistics.collapse.share};
    for (const auto count :
         {sum.masked, sum.benign, sum.sdc1, sum.sdc5, sum.nonfinite, sum.critical}) {
        all.push_back(share(count, sum.images));
    }
    return all;
}

}  // namespace

std::string points_csv(const Inputs& inputs) {
    std::string text(header);
    for (const auto& format : inputs.formats) {
        for (const auto& summary : format.summary.points) {
            text += fmt::format("{},{},{},{},{}\n", where(format, summary.point),
                                summary.statistics.top1.count,
                                fmt::join(numbers(summary.statistics), ","),
                                summary.point.mean_errors, summary.point.exposed_bits);
        }
    }
    return text;
}

}  // namespace faultline::report
