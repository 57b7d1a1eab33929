"""The page that `faultline report` makes, in a real browser: its numbers are the result's, nothing leaves it or is let
in, and it works by pointer and keyboard, in the dark, on a phone and for a screen reader.

Run: python tests/scripts/test_page.py     (FAULTLINE names the program; needs chromium)
"""

from __future__ import annotations

import json
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
DESKTOP, PHONE = (1280, 900), (390, 844)


def kept(name: str) -> dict[str, Any]:
    return json.loads((KEPT / f"{name}.json").read_text())


class InBrowser(unittest.TestCase):
    """One browser for all, and a folder for each test."""

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
            ("structure", ' role="img"', "", "svg without role=img"),
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


if __name__ == "__main__":
    unittest.main()
