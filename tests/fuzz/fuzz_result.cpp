// A result.json as `collect` reads it, as gates are held against it, and as a folder's finished
// campaign is known again.

#include <faultline/core/json.h>
#include <faultline/report/gates.h>

#include "../../src/cli/stored_points.h"
#include "fuzz.h"

namespace faultline::fuzz {

bool take(Bytes bytes) {
    core::Json json;
    if (!accepts([&] { json = core::parse_json(text(bytes), "result.json"); })) return false;
    static const std::vector gates = {campaign::parse_gate("* top1 >= 0.5", "--gate"),
                                      campaign::parse_gate("* critical.mean < 0.5", "--gate")};
    for (const auto& verdict : report::judge(gates, json))
        require(!verdict.pass || verdict.observed, "what has no value passes no gate");
    cli::StoredPoints points;
    const bool accepted =
        accepts([&] { points = cli::stored_points(core::StoredValue("result.json", json)); });
    if (!accepted) return false;
    require(points.rows.size() == json.at("points").size(), "there is a row for each point");
    for (const auto& row : points.rows) require(!row.empty(), "a row has columns");
    return true;
}

}  // namespace faultline::fuzz
