#pragma once

#include "world.h"

/// Sweeps over tiny campaigns on the demonstration.
namespace faultline::cli {

inline core::Json json(const std::string& text) { return core::parse_json(text, "test"); }

/// Four cells, of a low or a high bit and of one seed or another.
inline core::Json tiny_sweep() {
    return json(R"({
        "base": {"campaign": {"test": "indexed", "runs": 1, "positions": 2}},
        "matrix": {
            "bit": {"low": {"campaign": {"bits": [0]}}, "high": {"campaign": {"bits": [30]}}},
            "seed": {"1": {"campaign": {"seed": 1}}, "2": {"campaign": {"seed": 2}}}}})");
}

/// A folder with a sweep's file, and one for its results.
struct SweepWorld {
    TemporaryFolder folder;
    std::string file = (folder.path / "sweep.json").string();
    fs::path output = folder.path / "results";

    explicit SweepWorld(const core::Json& sweep = tiny_sweep()) { change(sweep); }

    void change(const core::Json& sweep) const { write(file, core::to_text(sweep)); }

    Words run(const std::string& index) const {
        return Words{"run"} + demo() + Words{"--first",       "10",  "--sweep",  file,
                                             "--sweep-index", index, "--output", output.string()};
    }

    /// The cells' own descriptions.
    core::Json cells() const { return json(expect_done({"sweep", file, "--json"}).out)["cells"]; }
};

}  // namespace faultline::cli
