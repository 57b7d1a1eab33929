"""The page that `faultline report` makes, in a real browser: its numbers are the result's, nothing leaves it or is let
in, and it works by pointer and keyboard, in the dark, on a phone and for a screen reader.

Run: python tests/scripts/test_page.py     (FAULTLINE names the program; needs chromium)

With FAULTLINE_PICTURES=FOLDER it leaves pictures of pages there, at both widths, light and dark, and in print.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "scripts"))

import page_checks  # noqa: E402
import page_sample  # noqa: E402
from browser import Browser, Page  # noqa: E402

KEPT = ROOT / "tests" / "data" / "results"
KINDS = ("formats", "indexed", "layer", "sample")
PROGRAM = os.environ.get("FAULTLINE", str(ROOT / "build" / "faultline"))
PICTURES = os.environ.get("FAULTLINE_PICTURES")
HOSTILE = ("</script><script>window.hacked=1</script>", '"><img src=x onerror=window.hacked=1>', "x" * 10000)
DESKTOP, PHONE = (1280, 900), (390, 844)


def kept(name: str) -> dict[str, Any]:
    return json.loads((KEPT / f"{name}.json").read_text())


class InBrowser(unittest.TestCase):
    """One browser for all, and a folder for each test."""

    maxDiff = None

    @classmethod
    def setUpClass(cls) -> None:
        cls.browser = cls.enterClassContext(Browser())

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def open(self, path: Path, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Page:
        return self.enterContext(Page(self.browser, path, *size, scheme))


class Checks(InBrowser):
    """Without them the tests below would prove nothing: a sound page passes, and what is planted is found."""

    def look(self, check: str, text: str, size: tuple[int, int] = DESKTOP) -> list[str]:
        path = self.folder / "page.html"
        path.write_text(text)
        with Page(self.browser, path, *size) as page:
            match check:
                case "numbers":
                    return page_checks.numbers(page, self.result)
                case "wide":
                    return page_checks.ask(page, "wide")
                case "complaints":
                    return page.complaints()
                case _:
                    return getattr(page_checks, check)(page)

    def setUp(self) -> None:
        super().setUp()
        self.result = kept("layer")
        self.sound = page_sample.page(self.result)

    def test_pass_a_sound_page(self) -> None:
        path = self.folder / "page.html"
        path.write_text(self.sound)
        self.assertEqual(page_checks.everything(self.open(path), self.result), [])
        self.assertEqual(page_checks.ask(self.open(path, PHONE, "dark"), "wide"), [])

    def test_find_what_is_wrong(self) -> None:
        mean = self.result["points"][0]["statistics"]["top1"]["mean"]
        key = self.result["points"][0]["key"]
        for check, old, new, complaint in (
            ("numbers", f'data-value="{mean!r}"', f'data-value="{mean + 1e-15!r}"', "shows"),
            ("numbers", f">{mean:.4f}<", f">{mean + 0.0002:.4f}<", "prints"),
            ("numbers", "statistics.top1.mean", "statistics.top5.mean", "no mean of"),
            ("numbers", f'data-key="{key}"', 'data-key="layer/other"', "is []"),
            ("geometry", 'cx="70" cy="', 'cx="70" cy="1', "pixels off"),
            ("complaints", "<script>", "<script>console.warn('odd');", "console: odd"),
            ("complaints", "<script>", "<script>nothing.at.all();", "exception"),
            ("complaints", "</h1>", '</h1><img alt="" src="https://example.org/x.png">', "policy: img-src"),
            ("complaints", 'img-src data:">', 'img-src *"><img src="https://example.org/x.png" alt="">', "request: "),
            ("complaints", "<script>", "<script>fetch('file:///etc/hostname').catch(() => 0);", "policy: connect-src"),
            ("structure", "<title>Network</title>", "", "svg without a title"),
            ("structure", ' role="img"', "", "svg of another role"),
            ("structure", ' lang="en"', "", "no lang"),
            ("structure", "<h2>Map</h2>", "<h3>Map</h3>", "h3 after h1"),
            ("structure", "<h2>Map</h2>", "<h1>Map</h1>", "2 h1"),
            ("structure", ' scope="col"', "", "th without scope"),
            ("structure", ">Theme<", "><", "a button has no name"),
            ("structure", 'href="#layer-0"', 'href="#layer-9"', "link to nowhere"),
            ("structure", "<h2>Map", '<h2 onclick="x()">Map', "attribute onclick"),
            ("tips", "'focusin'", "'never'", "no tip by keyboard"),
            ("tips", "'pointerover', show", "'never', show", "no tip by pointer"),
            ("tips", "'Escape'", "'Enter'", "Escape leaves"),
            ("tips", "own.dataset.tip;", "'something';", "the tip says"),
            ("links", "'linked'", "'other'", "light up"),
            ("links", '<tr id="layer-0">', "<tr>", "leads to"),
            ("theme", "--ink: #1a1a1a", "--ink: #888888", "light: contrast"),
            ("theme", "--ink: #eee", "--ink: #555", "dark: contrast"),
            ("theme", "'light' : 'dark'", "'dark' : 'dark'", "the button makes"),
            ("theme", "@media (prefers-color-scheme: dark)", "@media (width < 9px)", "changes nothing"),
        ):
            with self.subTest(complaint, new=new):
                self.assertIn(old, self.sound)
                self.assertIn(complaint, "\n".join(self.look(check, self.sound.replace(old, new))))

    def test_find_what_is_too_wide_for_a_phone(self) -> None:
        page = self.sound.replace("overflow-x: auto", "")
        self.assertIn("wide, the window", "\n".join(self.look("wide", page, PHONE)))

    def test_read_numbers_as_they_are_printed(self) -> None:
        for text, value, alike in (("0.80", 0.8049, True), ("0.80", 0.8051, False), ("80.5 %", 0.8049, True),
                                   ("81 %", 0.8049, False), (".5", 0.5, True), ("5 of 6", 0.1, True), ("60", 60, True),
                                   ("61", 60, False), ("−0.1", -0.1, True), ("-0.1", 0.1, False)):
            self.assertEqual(page_checks.printed_alike(text, value), alike, text)


def renamed(content: Any, names: dict[str, str]) -> Any:
    """With other layer names, wherever they stand: in names, in keys, alone."""
    if isinstance(content, list):
        return [renamed(one, names) for one in content]
    if isinstance(content, dict):
        return {key: renamed(one, names) for key, one in content.items()}
    if isinstance(content, str):
        for old, new in names.items():
            if content == old:
                return new
            for mark in ("layer/float32/", "sample/float32/layer="):
                if content == mark + old or content.startswith(mark + old + "/"):
                    return mark + new + content[len(mark + old):]
    return content


def many_layers(count: int) -> dict[str, Any]:
    result = kept("layer")
    layer, point = result["network"]["layers"][0], result["points"][0]
    names = [f"block{number // 10}.layer{number}" for number in range(count)]
    result["network"]["layers"] = [
        dict(layer, name=name, tensors=[dict(tensor, index=2 * place + i, name=f"{name}.{tensor['role']}")
                                        for i, tensor in enumerate(layer["tensors"])])
        for place, name in enumerate(names)]
    node = result["network"]["graph"]["nodes"][1]
    result["network"]["graph"] = {
        "nodes": [result["network"]["graph"]["nodes"][0], *(dict(node, id=place, layer=name)
                                                            for place, name in enumerate(names, 1))],
        "edges": [{"from": place, "to": place + 1} for place in range(count)]}
    result["points"] = [dict(point, key=f"layer/float32/{name}", layer=name) for name in names]
    result["groups"] = []
    for run in result["runs"]:
        run["trials"] = [dict(run["trials"][0], key=f"layer/float32/{name}") for name in names]
    return result


class Pages(InBrowser):
    def make(self, *results: dict[str, Any], folder: bytes = b"") -> Path:
        """The page of these results; they lie in a folder of that name."""
        home = os.path.join(os.fsencode(self.folder), folder)
        os.makedirs(home, exist_ok=True)
        paths = [os.path.join(home, b"%d.json" % place) for place in range(len(results))]
        for path, result in zip(paths, results):
            Path(os.fsdecode(path)).write_text(json.dumps(result))
        page = os.path.join(home, b"page.html")
        command = [PROGRAM, "report", *paths, "--output", page, "--force"]
        done = subprocess.run(command, capture_output=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return Path(os.fsdecode(page))

    def require_sound(self, page: Path, *results: dict[str, Any]) -> None:
        """At a desk, in full; on a phone, in the dark."""
        with Page(self.browser, page, *DESKTOP) as opened:
            self.assertEqual(page_checks.everything(opened, *results), [])
        with Page(self.browser, page, *PHONE, "dark") as opened:
            self.assertEqual(page_checks.ask(opened, "wide") + opened.complaints(), [])

    def test_of_every_kind_of_result_are_sound(self) -> None:
        for name in KINDS:
            with self.subTest(name):
                result = kept(name)
                self.require_sound(self.make(result), result)

    def test_of_several_results_are_sound(self) -> None:
        results = [kept(name) for name in KINDS]
        page = self.open(self.make(*results))
        self.assertEqual(page_checks.numbers(page, *results) + page_checks.geometry(page) + page_checks.structure(page)
                         + page_checks.links(page) + page.complaints(), [])

    def test_run_nothing_that_names_hold(self) -> None:
        names = dict(zip(("stem", "fire.squeeze", "fire.norm"), HOSTILE))
        for name in ("layer", "sample"):
            with self.subTest(name):
                result = renamed(kept(name), names)
                result["config"]["network"]["model"] = HOSTILE[0] + ".pt"
                page = self.open(self.make(result))
                self.assertEqual(page_checks.numbers(page, result) + page_checks.structure(page) + page.complaints()
                                 + page_checks.ask(page, "wide"), [])
                self.assertTrue(page.evaluate("window.hacked === undefined"))
                self.assertEqual(page_checks.ask(page, "scripts"), 1)
                for hostile in HOSTILE[:2]:
                    self.assertIn(hostile, page.evaluate("document.body.textContent"))

    def test_of_files_whose_names_are_no_text(self) -> None:
        result = kept("layer")
        path = self.make(result, folder=b"caf\xe9 <b>")
        page = self.open(path)
        self.assertEqual(page_checks.numbers(page, result) + page.complaints(), [])

    def test_of_thousand_layers_hold_them_all(self) -> None:
        result = many_layers(1000)
        page = self.open(self.make(result))
        self.assertEqual(page_checks.numbers(page, result) + page_checks.structure(page) + page.complaints()
                         + page_checks.ask(page, "wide"), [])
        self.assertLess(os.path.getsize(self.folder / "page.html"), 8e6)

    def test_of_one_run_and_of_runs_that_ended_in_nan(self) -> None:
        single, dead = kept("full"), kept("full")
        single["runs"], single["status"] = single["runs"][:1], {"complete": False, "runs_done": 1, "runs_planned": 3}
        for run in dead["runs"]:
            for trial in run["trials"][1:]:
                trial["tally"].update(dict.fromkeys(trial["tally"], 0), images=50, nonfinite=50, critical=40)
        for result in (single, dead):
            page = self.open(self.make(result))
            self.assertEqual(page_checks.numbers(page, result) + page_checks.geometry(page) + page.complaints(), [])

    def test_that_cannot_be_made_leave_nothing(self) -> None:
        good = kept("full")
        later, other = dict(good, schema_version="99"), dict(good, kind="plan")
        for content in ("{", "", "[]", json.dumps(later), json.dumps(other)):
            with self.subTest(content[:20]):
                (self.folder / "result.json").write_text(content)
                done = subprocess.run([PROGRAM, "report", self.folder, "--output", self.folder / "page.html"],
                                      capture_output=True, timeout=60)
                self.assertEqual((done.returncode, done.stderr.count(b"\n")), (3, 1), done.stderr)
                self.assertFalse((self.folder / "page.html").exists())

    def test_print(self) -> None:
        page = self.open(self.make(kept("layer"), kept("sample")))
        page.print(self.folder / "page.pdf")
        self.assertGreater((self.folder / "page.pdf").stat().st_size, 10_000)

    @unittest.skipUnless(PICTURES, "FAULTLINE_PICTURES names no folder")
    def test_as_pictures(self) -> None:
        """Of results in FAULTLINE_RESULTS (at any depth; else the kept ones), to be looked at."""
        folder = os.environ.get("FAULTLINE_RESULTS")
        paths = sorted(Path(folder).rglob("result.json")) if folder else [KEPT / f"{name}.json" for name in KINDS]
        for path in paths:
            name = path.parent.name if folder else path.stem
            result = json.loads(path.read_text())
            page = self.make(result)
            self.require_sound(page, result)
            for (width, height), scheme in itertools.product((DESKTOP, PHONE), ("light", "dark")):
                with Page(self.browser, page, width, height, scheme) as opened:
                    opened.screenshot(Path(PICTURES) / f"{name}-{width}-{scheme}.png")
                    opened.print(Path(PICTURES) / f"{name}.pdf")


if __name__ == "__main__":
    unittest.main()
