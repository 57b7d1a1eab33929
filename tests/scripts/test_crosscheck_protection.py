"""Protected memories in the cross-check: its own decoders, and the program's campaigns held against them.

Run: FAULTLINE=build/faultline python tests/scripts/test_crosscheck_protection.py
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import crosscheck  # noqa: E402
import crosscheck_protection  # noqa: E402
import torch  # noqa: E402, F401  (crosscheck.py needs it: this test runs where it is)
from crosscheck_protection import Protection  # noqa: E402
from crosscheck_result import BadInput  # noqa: E402

PROGRAM = os.environ.get("FAULTLINE", str(ROOT / "build/faultline"))
DEMO = ROOT / "configs/demo"


class Reading(unittest.TestCase):
    def words_read(self, scheme: str, bits: int, stored: int, hits: int) -> list[int]:
        protection = Protection(scheme)
        width = protection.width("layer", bits)
        return [protection.read("layer", bits, stored, sum(1 << bit for bit in chosen))
                for chosen in itertools.combinations(range(width), hits)]

    def test_of_one_and_two_wrong_bits_is_as_promised(self) -> None:
        for bits in (4, 8, 16):
            stored = 0b1011
            self.assertEqual(set(self.words_read("secded", bits, stored, 1)), {stored})
            self.assertEqual(set(self.words_read("secded", bits, stored, 2)), {0})
            self.assertEqual(set(self.words_read("tmr", bits, stored, 1)), {stored})
            self.assertEqual(set(self.words_read("parity", bits, stored, 1)), {0})
            wrong = sum(word != stored for word in self.words_read("tmr", bits, stored, 2))
            self.assertEqual(wrong, 3 * bits)

    def test_knows_the_widths(self) -> None:
        for scheme, widths in (("none", (8, 32)), ("tmr", (24, 96)), ("secded", (13, 39)), ("parity", (9, 33))):
            protection = Protection(scheme)
            self.assertEqual((protection.width("a", 8), protection.width("a", 32)), widths)
        some = Protection("tmr", (25, 26, 30), ("conv*",))
        self.assertEqual([some.width(layer, 32) for layer in ("conv1", "fc")], [38, 32])

    def test_of_what_no_result_says_is_refused(self) -> None:
        for wrong in ("tmr", {}, {"scheme": "ecc", "bits": None, "layers": ["*"]}, {"scheme": "tmr", "bits": "x",
                                                                                     "layers": ["*"]}, None):
            with self.subTest(wrong), self.assertRaises(BadInput):
                crosscheck_protection.parse(wrong)


class Campaigns(unittest.TestCase):
    def run_program(self, folder: str, *words: str) -> None:
        command = [PROGRAM, "run", str(DEMO / "signs.pt"), "--images", str(DEMO / "images"), "--preprocessing", "none",
                   "--mean", "0.5,0.5,0.5", "--deviation", "0.5,0.5,0.5", "--threads", "1", "--first", "40", "--batch",
                   "40", "--runs", "3", "--progress", "none", "--output", folder, *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def check(self, folder: str) -> tuple[int, str]:
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = crosscheck.main([folder, "--trials", "10"])
        return code, output.getvalue()

    def test_of_the_program_agree(self) -> None:
        for words in (["tmr", "--errors", "100,3000"], ["tmr:bits=25-31", "--errors", "400", "--replacement"],
                      ["secded", "--errors", "200,5000"], ["secded:layers=stem*", "--errors", "500"],
                      ["parity", "--errors", "50,3000", "--bits-per-error", "3", "--bits-pattern", "adjacent"],
                      ["secded", "--test", "indexed", "--bits", "0,32,38", "--positions", "9"],
                      ["tmr", "--test", "layer", "--policy", "equal", "--errors-per-layer", "40"]):
            with self.subTest(words), tempfile.TemporaryDirectory() as folder:
                self.run_program(folder, "--protect", *words)
                code, output = self.check(folder)
                self.assertEqual(code, 0, output)

    def test_with_another_hit_or_another_scheme_are_found(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.run_program(folder, "--protect", "parity", "--errors", "30")
            path, list_path = Path(folder) / "result.json", Path(folder) / "faults.csv"
            result, lines = json.loads(path.read_text()), list_path.read_text().splitlines()

            def write(changed: list[str]) -> None:
                list_path.write_text("\n".join(changed) + "\n")
                result["faults"]["sha256"] = hashlib.sha256(list_path.read_bytes()).hexdigest()
                path.write_text(json.dumps(result))

            fields = lines[1].split(",")
            write([lines[0], ",".join([*fields[:7], f"{1 << 40:024x}"]), *lines[2:]])
            self.assertIn("faults.csv:2: the hit has bits beyond the 33", self.check(folder)[1])
            write([lines[0], ",".join([*fields[:5], fields[5], fields[5], fields[7]]), *lines[2:]])
            self.assertEqual(self.check(folder)[0], 4)
            result["fault_model"]["protection"]["scheme"] = "secded"
            write(lines)
            code, output = self.check(folder)
            self.assertEqual(code, 4)
            self.assertIn("but secded reads", output)


if __name__ == "__main__":
    unittest.main()
