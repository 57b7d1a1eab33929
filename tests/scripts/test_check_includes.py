"""What check_includes.py accepts and what it refuses, on small trees written here."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts" / "check_includes.py"


def run(files):
    """The script's exit status and lines for a tree of {path: text}."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


class CheckIncludes(unittest.TestCase):
    def assert_accepted(self, path, text):
        self.assertEqual(run({path: text}), (0, []))

    def assert_refused(self, path, text, *words):
        """Refused once, for line 3, which `text` becomes."""
        status, lines = run({path: "#pragma once\n\n" + text + "\n"})
        self.assertEqual(status, 1)
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith(path + ":3: "), lines[0])
        for word in words:
            self.assertIn(word, lines[0])

    def test_a_lower_floor_may_be_included(self):
        self.assert_accepted("src/fault/draw.cpp", "#include <faultline/core/error.h>\n#include <vector>\n")
        self.assert_accepted("src/campaign/plan.cpp", "#include <faultline/evaluation/trial.h>\n")
        self.assert_accepted("tests/report/test_json.cpp", '#include "faultline/fault/draw.h"\n')
        self.assert_accepted("src/main.cpp", "#include <faultline/cli/run.h>\n#include <CLI/CLI.hpp>\n")

    def test_a_part_may_include_itself(self):
        self.assert_accepted("src/core/hash.cpp", '#include <faultline/core/hash.h>\n#include "descriptor.h"\n')
        self.assert_accepted("tests/network/test_graph.cpp", '#include "../../src/network/graph.h"\n')

    def test_a_higher_floor_is_refused_everywhere(self):
        for path in ("src/core/a.cpp", "include/faultline/core/a.h", "tests/core/test_a.cpp"):
            self.assert_refused(path, "#include <faultline/network/network.h>", "core", "network", "floor 2")
        self.assert_refused("src/report/a.cpp", "  #  include  <faultline/cli/run.h>", "above")

    def test_parts_on_one_floor_do_not_include_each_other(self):
        self.assert_refused("src/fault/a.cpp", "#include <faultline/number/float32.h>", "floor 1")
        self.assert_refused("include/faultline/campaign/a.h", "#include <faultline/quantization/a.h>", "floor 4")

    def test_another_parts_private_header_is_refused(self):
        self.assert_refused("src/cli/a.cpp", '#include "../network/graph.h"', "src/network")
        self.assert_refused("tests/cli/test_a.cpp", '#include "../../src/core/descriptor.h"', "src/core")
        self.assert_refused("include/faultline/cli/a.h", '#include "../../../src/core/descriptor.h"', "src/core")

    def test_a_heavy_library_stays_in_its_part(self):
        homes = {
            "opencv2/imgproc.hpp": "dataset",
            "torch/script.h": "network",
            "ATen/ATen.h": "evaluation",
            "c10/core/Device.h": "quantization",
            "CLI/CLI.hpp": "cli",
            "spdlog/spdlog.h": "cli",
            "openssl/evp.h": "core",
            "Random123/philox.h": "core",
            "zlib.h": "archive",
            "boost/math/distributions/beta.hpp": "campaign",
            "nlohmann/json.hpp": "core",
        }
        for header, home in homes.items():
            self.assert_accepted(f"src/{home}/a.cpp", f"#include <{header}>\n")
            self.assert_accepted(f"tests/{home}/test_a.cpp", f'#include "{header}"\n')
            self.assert_refused("src/report/a.cpp", f"#include <{header}>", "report", home)

    def test_only_libtorch_and_json_show_in_faces(self):
        self.assert_accepted("include/faultline/network/a.h", "#include <ATen/core/Tensor.h>\n")
        self.assert_accepted("include/faultline/core/json.h", "#include <nlohmann/json.hpp>\n")
        self.assert_refused("include/faultline/dataset/a.h", "#include <opencv2/core.hpp>", "OpenCV", "include/")
        self.assert_refused("include/faultline/cli/a.h", "#include <CLI/CLI.hpp>", "CLI11")
        self.assert_refused("include/faultline/cli/a.h", "#include <spdlog/spdlog.h>", "spdlog")
        self.assert_refused("include/faultline/campaign/a.h", "#include <torch/script.h>", "LibTorch")

    def test_a_part_without_a_floor_is_named(self):
        status, lines = run({"src/utils/a.cpp": "#include <vector>\n"})
        self.assertEqual(status, 1)
        self.assertIn("'utils' has no floor", lines[0])
        self.assert_refused("src/cli/a.cpp", "#include <faultline/utils/a.h>", "'utils' has no floor")

    def test_every_violation_is_told(self):
        status, lines = run({
            "src/core/a.cpp": "#include <zlib.h>\n#include <faultline/cli/run.h>\n",
            "src/core/b.cpp": "#include <boost/math.hpp>\n",
        })
        self.assertEqual(status, 1)
        self.assertEqual([line.rsplit(": ", 1)[0] for line in lines],
                         ["src/core/a.cpp:1", "src/core/a.cpp:2", "src/core/b.cpp:1"])

    def test_a_folder_without_sources_is_no_success(self):
        self.assertEqual(run({"README.md": "x"})[0], 1)


if __name__ == "__main__":
    unittest.main()
