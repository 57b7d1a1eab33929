"""What scripts/figures.py draws are the result's own numbers, and what isn't there is a gap.

Run: python tests/scripts/test_figures.py
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import figures  # noqa: E402
import figures_bits  # noqa: E402
import figures_data  # noqa: E402
import figures_errors  # noqa: E402
import figures_layers  # noqa: E402
import figures_read  # noqa: E402
import figures_style  # noqa: E402

KEPT = ROOT / "tests" / "data" / "results"
KINDS = ("formats", "indexed", "layer", "sample")
HOSTILE = ["$x^2$", "$\\frac{1}{", "_hidden", "</script><script>window.hacked=1</script>", "%s %(d)s {}",
           "a\nb\x00\x07", "\ud800", "\u202egnol", "中文", "", " ", "x" * 10000, "y" * 5000 + "z" * 5000]
NAN = math.nan


def kept(name: str) -> dict[str, Any]:
    return json.loads((KEPT / f"{name}.json").read_text())


def of_layers(names: list[str]) -> dict[str, Any]:
    """The kept layer-wise result with other layers."""
    result = kept("layer")
    point, group, layer = result["points"][0], result["groups"][0], result["network"]["layers"][0]
    result["network"]["layers"] = [dict(layer, name=name) for name in names]
    result["points"] = [dict(point, key=f"layer/float32/{name}", layer=name) for name in names]
    result["groups"] = [dict(group, key=f"group/float32/{name}", name=name, layers=names) for name in names]
    for run in result["runs"]:
        run["trials"] = [dict(run["trials"][0], key=f"layer/float32/{name}") for name in names]
    return result


def drawn(content: dict[str, Any]) -> dict[str, list[Any]]:
    return figures_data.figures(figures_read.all_series([figures_read.Result(Path("result.json"), content)]))


def artists(figure: Any) -> dict[str, Any]:
    return {one.get_gid(): one for one in figure.findobj() if one.get_gid()}


def vertices(collection: Any) -> list[list[tuple[float, float]]]:
    return [[tuple(vertex) for vertex in path.vertices.tolist()] for path in collection.get_paths()]


def statistic(entries: list[dict[str, Any]], *keys: str) -> list[float]:
    found = []
    for entry in entries:
        value: Any = entry["statistics"]
        for key in keys:
            value = value[key]
        found.append(value)
    return found


class Tool(unittest.TestCase):
    """A folder, and the script as a function in it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.output = self.folder / "figures"

    def write(self, content: Any, name: str = "result.json") -> str:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def run_tool(self, *arguments: str) -> tuple[int, str]:
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            try:
                code = figures.main([*arguments, "-o", str(self.output)])
            except SystemExit as ended:
                code = ended.code
        return code, errors.getvalue()

    def written(self) -> list[str]:
        return sorted(path.name for path in self.output.iterdir()) if self.output.exists() else []

    def require_figures(self, content: Any) -> None:
        self.assertEqual(self.run_tool(self.write(content), "--format", "pdf,svg"), (0, ""))
        self.assertTrue([name for name in self.written() if name.endswith(".pdf")])


class Files(Tool):
    def test_are_made_in_all_formats_of_what_the_results_hold(self) -> None:
        code, errors = self.run_tool(*(str(KEPT / f"{name}.json") for name in KINDS))
        self.assertEqual((code, errors), (0, ""))
        stems = ["figure1-errors", "figure2-bits-float32", "figure2-cells-float32", "figure2-directions-float32",
                 "figure3-groups-float32", "figure3-layers-float32"]
        self.assertEqual(self.written(), sorted(["captions.txt"] + [f"{stem}.{form}" for stem in stems
                                                                    for form in ("pdf", "svg", "png")]))
        for form, start in (("pdf", b"%PDF-"), ("svg", b"<?xml"), ("png", b"\x89PNG")):
            for stem in stems:
                self.assertTrue((self.output / f"{stem}.{form}").read_bytes().startswith(start), stem)
        self.assertIn(b"/FontFile2", (self.output / "figure1-errors.pdf").read_bytes())  # TrueType, embedded
        self.assertNotIn(b"/Type3", (self.output / "figure1-errors.pdf").read_bytes())

    def test_are_found_by_folder(self) -> None:
        self.write(kept("full"))
        self.assertEqual(self.run_tool(str(self.folder), "--format", "svg"), (0, ""))
        self.assertEqual(self.written(), ["captions.txt", "figure1-errors.svg"])

    def test_have_captions_that_say_where_they_come_from(self) -> None:
        self.run_tool(str(KEPT / "formats.json"), str(KEPT / "sample.json"), "--format", "png")
        captions = (self.output / "captions.txt").read_text()
        campaign = kept("formats")["identity"]["campaign_sha256"]
        for part in ("n = 3 runs", "50 images", "seed 1", "fixed8", "95 % betting interval", campaign[:12],
                     "3 trials of one error"):
            self.assertIn(part, captions)
        self.assertNotIn("INCOMPLETE", captions)
        result = kept("full")
        result["status"] = {"complete": False, "runs_done": 3, "runs_planned": 60}
        self.require_figures(result)
        self.assertIn("INCOMPLETE: 3 of 60 runs", (self.output / "captions.txt").read_text())

    def test_have_the_same_bytes_every_time(self) -> None:
        made = []
        for seed, epoch in (("1", "0"), ("2", "1700000000")):
            self.output = self.folder / seed
            command = [sys.executable, ROOT / "scripts" / "figures.py", KEPT / "formats.json", KEPT / "sample.json"]
            subprocess.run([*command, "-o", self.output], check=True, stdout=subprocess.DEVNULL, timeout=120,
                           env=os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": epoch})
            made.append({path.name: path.read_bytes() for path in self.output.iterdir()})
        self.assertEqual(made[0].keys(), made[1].keys())
        for name, content in made[0].items():
            self.assertEqual(content, made[1][name], name)


class Refusals(Tool):
    def test_of_what_is_no_result_are_one_line_and_leave_nothing(self) -> None:
        good = kept("full")
        wrong_share, no_number, strange_list = copy.deepcopy(good), copy.deepcopy(good), copy.deepcopy(good)
        wrong_share["points"][0]["statistics"]["top1"]["mean"] = 1.5
        no_number["points"][0]["statistics"]["top1"]["mean"] = "high\nest"
        strange_list["points"] = [3]
        for content in (dict(good, schema_version="3"), dict(good, schema_version="6"), dict(good, schema_version=4),
                        dict(good, kind="plan"), {"kind": "campaign", "schema_version": "4"}, [], "", "{", "[" * 100000,
                        wrong_share, no_number, strange_list, dict(good, runs=[{}]), dict(good, formats=[{}])):
            with self.subTest(str(content)[:40]):
                code, errors = self.run_tool(str(KEPT / "layer.json"), self.write(content))
                self.assertEqual((code, errors.count("\n")), (3, 1), errors)
                self.assertIn("result.json", errors)
                self.assertFalse(self.output.exists())

    def test_of_what_has_nothing_to_draw(self) -> None:
        empty = self.write(dict(kept("full"), points=[], runs=[]))
        code, errors = self.run_tool(empty)
        self.assertEqual((code, errors.count("\n")), (3, 1))
        self.assertIn("nothing to draw", errors)
        self.assertFalse(self.output.exists())
        self.assertEqual(self.run_tool(empty, str(KEPT / "full.json"), "--format", "svg"), (0, ""))

    def test_of_files_that_arent_there_or_arent_text(self) -> None:
        (self.folder / "bytes.json").write_bytes(b"\xff\xfe")
        for name in ("none.json", "bytes.json"):
            code, errors = self.run_tool(str(self.folder / name))
            self.assertEqual((code, errors.count("\n")), (3, 1))
            self.assertFalse(self.output.exists())

    def test_of_wrong_usage_and_of_folders_that_cannot_be_made(self) -> None:
        self.assertEqual(self.run_tool(self.write(kept("full")), "--format", "gif")[0], 2)
        self.output = self.folder / "result.json" / "below"
        code, errors = self.run_tool(self.write(kept("full")), "--format", "svg")
        self.assertEqual((code, errors.count("\n")), (4, 1))

    def test_of_a_python_without_matplotlib(self) -> None:
        with mock.patch.dict(sys.modules, {"figures_style": None}):
            code, errors = self.run_tool(str(KEPT / "full.json"))
        self.assertEqual((code, errors.count("\n")), (2, 1))
        self.assertIn("python3-matplotlib", errors)

    def test_leave_old_schemas_that_are_read(self) -> None:
        for version in ("4", "5"):
            self.require_figures(dict(kept("full"), schema_version=version))


class Numbers(unittest.TestCase):
    """The artists hold what the result says, exactly."""

    def setUp(self) -> None:
        style = figures_style.style()
        style.__enter__()
        self.addCleanup(style.__exit__, None, None, None)

    def draw(self, make: Any, *arguments: Any) -> dict[str, Any]:
        figure = make(*arguments)
        self.addCleanup(figures_style.close, figure)
        return artists(figure)

    def test_of_errors(self) -> None:
        result = kept("formats")
        found = self.draw(figures_errors.draw, drawn(result)["figure1-errors"], "")
        for place, form in enumerate(("float32", "fixed8")):
            points = [point for point in result["points"] if point["format"] == form]
            x = [point["errors"] for point in points]
            self.assertEqual(list(found[f"mean-{place}"].get_xdata()), x)
            self.assertEqual(list(found[f"mean-{place}"].get_ydata()), statistic(points, "top1", "mean"))
            self.assertEqual(list(found[f"median-{place}"].get_ydata()), statistic(points, "top1", "quantiles", "p50"))
            self.assertEqual(list(found[f"p05-{place}"].get_ydata()), statistic(points, "top1", "quantiles", "p05"))
            self.assertEqual(list(found[f"golden-{place}"].get_ydata()), [40 / 50, 40 / 50])
            lows, highs = (statistic(points, "top1", "interval", end) for end in ("low", "high"))
            self.assertEqual(vertices(found[f"interval-{place}"]),
                             [[(own, low), (own, high)] for own, low, high in zip(x, lows, highs)])
            runs = [[trial["tally"]["top1"] / trial["tally"]["images"] for trial in run["trials"]
                     if f"/{form}/" in trial["key"]] for run in result["runs"]]
            self.assertEqual(vertices(found[f"runs-{place}"]), [list(zip(x, run)) for run in runs])
            quartiles = {tuple(vertex) for line in vertices(found[f"quartiles-{place}"]) for vertex in line}
            for name in ("p25", "p75"):
                self.assertLessEqual(set(zip(x, statistic(points, "top1", "quantiles", name))), quartiles)

    def test_of_bits(self) -> None:
        result = kept("indexed")
        found = self.draw(figures_bits.draw_bits, drawn(result)["figure2-bits-float32"][0])
        points = result["points"]
        self.assertEqual(list(found["mean"].get_ydata()), statistic(points, "top1", "mean"))
        for gid, keys in (("median", ("quantiles", "p50")), ("interval", ("interval", "low"))):
            self.assertEqual([line[0][1] for line in vertices(found[gid])], statistic(points, "top1", *keys))
        self.assertEqual([line[0][1] for line in vertices(found["runs"])],
                         [run["trials"][place]["tally"]["top1"] / 50 for place in range(3) for run in result["runs"]])

    def test_of_directions_and_cells(self) -> None:
        result = kept("sample")
        parts = drawn(result)
        strata = {one["key"]: one["statistics"]["critical"] for one in result["strata"]}
        found = self.draw(figures_bits.draw_directions, parts["figure2-directions-float32"][0])
        means = list(found["mean-0to1"].get_ydata())
        for bit in range(32):
            key = f"sample/float32/bit={bit}/0to1"
            self.assertEqual(math.isnan(means[bit]), key not in strata)
            if key in strata:
                self.assertEqual(means[bit], strata[key]["mean"])
        self.assertTrue(all(map(math.isnan, found["mean-1to0"].get_ydata())))
        found = self.draw(figures_bits.draw_cells, parts["figure2-cells-float32"][0])
        cells = found["cells-0to1"].get_array().reshape(-1, 32)
        self.assertEqual(cells.shape, (3, 32))
        for bit in range(32):
            key = f"sample/float32/layer=stem/bit={bit}/0to1"
            self.assertEqual(bool(cells.mask[0][bit]), key not in strata)
            if key in strata:
                self.assertEqual(cells[0][bit], strata[key]["mean"])
        self.assertTrue(cells.mask[1:].all() and found["cells-1to0"].get_array().mask.all())

    def test_of_layers_and_groups(self) -> None:
        result = kept("layer")
        parts = drawn(result)
        for name, entries in (("layers", result["points"]), ("groups", result["groups"])):
            found = self.draw(figures_layers.draw, parts[f"figure3-{name}-float32"][0])
            least, most, means, sds = (statistic(entries, "top1", key) for key in ("min", "max", "mean", "sd"))
            self.assertEqual(list(found["mean"].get_xdata()), means)
            self.assertEqual(list(found["drop-per-error"].get_xdata()), statistic(entries, "drop_per_error"))
            self.assertEqual([[end[0] for end in line] for line in vertices(found["range"])],
                             [list(ends) for ends in zip(least, most)])
            self.assertEqual([line[1][0] for line in vertices(found["sd"])],
                             [mean + sd for mean, sd in zip(means, sds)])
        found = self.draw(figures_layers.draw, parts["figure3-layers-float32"][0])
        self.assertEqual(list(found["errors"].get_xdata()), [point["errors_mean"] for point in result["points"]])

    def test_that_are_missing_are_gaps(self) -> None:
        result = kept("full")
        result["points"][1]["statistics"]["top1"]["mean"] = None
        del result["points"][1]["statistics"]["top1"]["interval"]
        result["points"][2]["statistics"] = None
        del result["runs"][0]["trials"][1:]
        curve = drawn(result)["figure1-errors"][0]
        self.assertEqual([math.isnan(one.mean) for one in curve.accuracy], [False, True, True])
        self.assertEqual([math.isnan(one.low) for one in curve.accuracy], [False, True, True])
        self.assertEqual([[math.isnan(run) for run in one.runs] for one in curve.accuracy],
                         [[False] * 3, [True, False, False], [True, False, False]])
        found = self.draw(figures_errors.draw, [curve], "")
        self.assertEqual([math.isnan(one) for one in found["mean-0"].get_ydata()], [False, True, True])


class Oddities(Tool):
    def test_of_names_are_drawn_as_text(self) -> None:
        result = of_layers(HOSTILE)
        result["config"]["network"]["model"] = "/tmp/_$\\frac$<\n\ud800.pt"
        self.require_figures(result)
        other = of_layers(["plain"])
        code, errors = self.run_tool(self.write(result), self.write(other, "other.json"), "--format", "svg")
        self.assertEqual((code, errors), (0, ""))
        for name in self.written():
            self.assertRegex(name, r"\A[A-Za-z0-9._+-]+\Z")
            if name.endswith(".svg"):
                text = (self.output / name).read_text(encoding="utf-8")
                self.assertNotIn("<script", text)
                ElementTree.fromstring(text)

    def test_of_names_are_shortened_in_the_middle_and_told_apart(self) -> None:
        names = figures_style.distinct(["a" * 50 + "1", "short", "a" * 60 + "1"])
        self.assertEqual(names[1], "short")
        self.assertEqual([name[-3:] for name in (names[0], names[2])], [" #1", " #3"])
        self.assertIn("…", names[0])
        self.assertEqual(figures_style.printable("a\x00\ud800b"), "a\ufffd\ufffdb")

    def test_thousand_layers_are_drawn(self) -> None:
        self.require_figures(of_layers([f"layer{number}" for number in range(1000)]))

    def test_single_runs_and_single_points_are_drawn(self) -> None:
        result = kept("full")
        result["points"], result["runs"] = result["points"][:1], result["runs"][:1]
        self.require_figures(result)

    def test_results_without_any_number_are_drawn_empty(self) -> None:
        for name in KINDS:
            result = kept(name)
            for entry in result["points"] + result["groups"] + result["strata"]:
                for about in entry["statistics"].values():
                    if isinstance(about, dict):
                        about.update(dict.fromkeys(about, None))
                entry["statistics"]["drop_per_error"] = NAN
            for run in result["runs"]:
                run["trials"] = []
            result["golden"] = []
            self.require_figures(result)

    def test_runs_that_ended_in_nan_are_zero_where_the_result_says_so(self) -> None:
        result = kept("full")
        for run in result["runs"]:
            run["trials"][2]["tally"].update(top1=0, top5=0, masked=0, benign=0, sdc1=0, sdc5=0, nonfinite=50)
        self.assertEqual(drawn(result)["figure1-errors"][0].accuracy[2].runs, (0.0, 0.0, 0.0))
        self.require_figures(result)

    def test_more_series_than_colours_make_more_figures(self) -> None:
        paths = [self.write(kept("full"), f"{number}.json") for number in range(8)]
        self.assertEqual(self.run_tool(*paths, "--format", "svg"), (0, ""))
        self.assertEqual(self.written(), ["captions.txt", "figure1-errors-part2.svg", "figure1-errors.svg"])

    def test_words_with_copies_and_their_protection_are_told(self) -> None:
        result = kept("sample")
        result["fault_model"]["protection"] = {"scheme": "tmr", "bits": "30", "layers": ["a.*", "$"]}
        stratum = next(one for one in result["strata"] if "bit" in one and "direction" in one)
        result["strata"] += [dict(stratum, bit=bit, role="copy") for bit in range(32, 96)]
        part = drawn(result)["figure2-directions-float32-tmr-bits-30-layers-a"][0]
        self.assertEqual((part.series.label, len(part.bits)), ("float32 tmr:bits=30:layers=a.*,$", 96))
        self.assertEqual(part.roles[29:33], ["exponent", "exponent", "sign", "copy"])
        self.require_figures(result)
        result["strata"][-1]["bit"] = 96
        self.assertEqual(self.run_tool(self.write(result))[0], 3)

    def test_rates_have_a_figure_of_their_own(self) -> None:
        result = kept("full")
        for point in result["points"][1:]:
            point["rate"] = point["errors"] * 1e-7
        parts = drawn(result)
        self.assertEqual(parts["figure1-rates"][0].x, [1e-7, 5e-7])
        self.assertEqual(parts["figure1-errors"][0].x, [0])
        self.require_figures(result)


if __name__ == "__main__":
    unittest.main()
