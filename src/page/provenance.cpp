#include <faultline/core/shell.h>

#include "drawing.h"
#include "sections.h"

namespace faultline::page {
namespace {

Markup entry(const std::string& term, const std::string& told) {
    return element("dt", {}, term) + element("dd", {}, told);
}

/// A text, a number, or "-" where it is absent.
std::string plain(const StoredValue& value, const std::string& key) {
    const auto found = value.find(key);
    if (!found) return "–";
    const auto& json = found->json();
    if (json.is_string()) return json.get<std::string>();
    return json.dump(-1, ' ', false, core::Json::error_handler_t::replace);
}

Markup identity(const Result& result) {
    const auto& value = result.value;
    const auto identity = value["identity"], tool = value["tool"];
    auto list = entry("campaign", plain(identity, "campaign_sha256")) +
                entry("images", plain(identity, "images_sha256")) +
                entry("preprocessing", plain(identity, "preprocessing_sha256"));
    for (const auto& format : value["formats"].list())
        list += entry("model, " + format["name"].text(), plain(format, "model_sha256")) +
                entry("weights, " + format["name"].text(), plain(format, "parameters_sha256"));
    return list + entry("faultline", plain(tool, "version") + ", commit " + plain(tool, "commit"));
}

Markup environment(const Result& result) {
    const auto environment = result.value["environment"];
    Markup list;
    for (const auto* key :
         {"device", "cpu_isa", "threads", "batch", "libtorch", "cuda", "cudnn", "opencv"})
        list += entry(key, plain(environment, key));
    return list;
}

Markup campaign(const Result& result) {
    const auto settings = result.value["config"]["campaign"];
    const auto model = result.value["fault_model"], images = result.value["images"];
    return entry("test", plain(settings, "test")) + entry("runs", plain(settings, "runs")) +
           entry("seed", plain(settings, "seed")) +
           entry("images", plain(images, "count") + " (" + plain(images, "selection") + ")") +
           entry("bits per error", plain(model, "bits_per_error")) +
           entry("weighting", plain(model, "weighting")) +
           entry("protection", plain(model, "protection"));
}

Markup lines(const std::string& heading, const StoredValue& list) {
    Markup items;
    for (const auto& line : list.list()) items += element("li", {}, line.text());
    return element("h4", {}, heading) + element("ul", {}, items);
}

/// The same campaign from the result's own config. (A line each: text() makes blanks of line ends.)
Markup again(const Result& result) {
    return element("pre", {}, "jq .config " + core::shell_word(result.file) + " > campaign.json") +
           element("pre", {}, "faultline run --config campaign.json --output again");
}

Markup section(const Result& result) {
    return element("h3", {}, result.letter + ": " + result.file) +
           element("dl", {}, campaign(result) + environment(result) + identity(result)) +
           element("h4", {}, "To measure it again") + again(result) +
           lines("Assumptions", result.value["assumptions"]) +
           lines("Limitations", result.value["limitations"]);
}

}  // namespace

Markup provenance(const std::vector<Result>& results) {
    Markup sections;
    for (const auto& result : results) sections += section(result);
    return sections;
}

}  // namespace faultline::page
