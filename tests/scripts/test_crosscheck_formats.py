"""What scripts/crosscheck.py accepts and finds in results of fixed point.

Run: python tests/scripts/test_crosscheck_formats.py

The results it is given come from fixed_campaigns.py, which computes them by another route.
"""

from __future__ import annotations

import contextlib
import copy
import io
import sys
import tempfile
import unittest
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import crosscheck  # noqa: E402
import crosscheck_words  # noqa: E402
import demo_campaigns  # noqa: E402
import fixed_campaigns  # noqa: E402
import torch  # noqa: E402
from crosscheck_result import BadInput  # noqa: E402

FORMATS = ("fixed1:f0", "fixed4:f5", "fixed8:f-2", "fixed8:f9", "fixed2:f0:sign-magnitude", "fixed6:f7:sign-magnitude",
           "fixed11:f3:sign-magnitude")


class Words(unittest.TestCase):
    def test_mean_what_their_bits_say(self) -> None:
        for name in FORMATS:
            with self.subTest(name):
                form, other = crosscheck_words.parse(name), fixed_campaigns.Word(name)
                words = numpy.arange(1 << form.bits, dtype=numpy.uint32)
                numbers = form.decode(words)
                wanted = numpy.array([other.number(int(word)) for word in words], numpy.float32)
                self.assertEqual(numbers.tobytes(), wanted.tobytes())
                self.assertEqual(form.encode(numbers).tolist(), words.tolist())

    def test_of_numbers_beside_the_grid_are_refused(self) -> None:
        for name, number in (("fixed8:f7", 0.3), ("fixed8:f7", 1.0), ("fixed8:f7", -0.0), ("fixed8:f7", numpy.nan),
                             ("fixed8:f7:sign-magnitude", -1.0), ("fixed8:f7", -numpy.inf)):
            with self.subTest(name, number=number), self.assertRaises(BadInput):
                crosscheck_words.parse(name).encode(numpy.array([0, number], numpy.float32))

    def test_of_float32_are_patterns(self) -> None:
        numbers = numpy.array([1, -0.0, numpy.nan], numpy.float32)
        words = crosscheck_words.parse("float32").encode(numbers)
        self.assertEqual(words.tolist(), [0x3F800000, 0x80000000, 0x7FC00000])
        self.assertEqual(crosscheck_words.parse("float32").decode(words).tobytes(), numbers.tobytes())

    def test_of_unknown_formats_are_refused(self) -> None:
        for name in ("fixed8", "fixed0:f1", "fixed25:f1", "float16", "fixed8:f1:ones-complement"):
            with self.subTest(name), self.assertRaises(BadInput):
                crosscheck_words.parse(name)


class Results(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        torch.set_num_threads(1)
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        demo = demo_campaigns.Maker(Path(temporary.name))
        maker = fixed_campaigns.Maker(demo.labels, demo.images_sha256)
        cls.campaigns = {"side by side": maker.side_by_side(), "mixed": maker.mixed()}

    def check(self, campaign: demo_campaigns.Campaign, *arguments: str) -> tuple[int, str]:
        output = io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            campaign.write(Path(folder))
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                code = crosscheck.main([folder, "--trials", "100", *arguments])
        return code, output.getvalue()

    def assert_found(self, expected: int, campaign: demo_campaigns.Campaign, *words: str) -> None:
        code, output = self.check(campaign)
        self.assertEqual(code, expected, output)
        for word in words:
            self.assertIn(word, output)

    def campaign(self, name: str) -> demo_campaigns.Campaign:
        return copy.deepcopy(self.campaigns[name])

    def test_every_count_of_every_trial_is_equal(self) -> None:
        for name, golden in (("side by side", 4), ("mixed", 2)):
            with self.subTest(name):
                code, output = self.check(self.campaign(name))
                self.assertEqual(code, 0, output)
                trial_count = sum(len(run["trials"]) for run in self.campaigns[name].json["runs"])
                self.assertEqual(output.count("\nequal "), golden + trial_count, output)

    def test_faults_do_something(self) -> None:
        for name, campaign in self.campaigns.items():
            tallies = [trial["tally"] for run in campaign.json["runs"] for trial in run["trials"]]
            self.assertGreater(sum(0 < tally["sdc1"] for tally in tallies), 2, name)
            self.assertGreater(len({str(tally) for tally in tallies}), len(tallies) // 2, name)

    def test_a_count_that_is_off_is_found_in_its_format(self) -> None:
        campaign = self.campaign("side by side")
        tally = campaign.tally(1, 4)
        tally["masked"], tally["benign"] = tally["masked"] - 1, tally["benign"] + 1
        self.assert_found(4, campaign, "differs  run 1 full/fixed8/errors=3")

        campaign = self.campaign("side by side")
        campaign.json["golden"].reverse()
        self.assert_found(4, campaign, "differs  fixed8 golden before")

    def test_words_of_another_format_are_found(self) -> None:
        campaign = self.campaign("side by side")
        row = next(k for k, row in enumerate(campaign.rows) if row[1] == 3)
        campaign.rows[row][5:7] = [campaign.rows[row][5] ^ 2, campaign.rows[row][6] ^ 2]
        self.assert_found(4, campaign, f"faults.csv:{row + 2}", "the word there is")

        campaign = self.campaign("side by side")
        campaign.rows[row][4], campaign.rows[row][6] = 1 << 9, campaign.rows[row][5] ^ 1 << 9
        self.assert_found(4, campaign, f"faults.csv:{row + 2}", "bits beyond the 8")

    def test_numbers_that_are_not_of_their_format_are_refused(self) -> None:
        campaign = self.campaign("mixed")
        for layer in campaign.json["network"]["layers"]:
            if layer["name"] == "stem":
                layer["tensors"][0]["formats"] = ["fixed4:f6"]
        self.assert_found(3, campaign, "stem.weight", "hasn't got")

    def test_errors_that_are_not_the_points_are_found(self) -> None:
        campaign = self.campaign("mixed")
        campaign.json["points"][2]["errors_mean"] -= 0.5
        self.assert_found(4, campaign, "bit=5", "on average")

        campaign = self.campaign("mixed")
        campaign.json["points"][2]["errors"] -= 1
        self.assert_found(4, campaign, "bit=5", "but the point has")

    def test_files_other_than_the_results_are_refused(self) -> None:
        campaign = self.campaign("side by side")
        campaign.json["formats"][1]["model_sha256"] = "0" * 64
        self.assert_found(3, campaign, "fixed8.pt", "formats[1].model_sha256")

        campaign = self.campaign("side by side")
        campaign.json["config"]["network"]["quantized"] = []
        self.assert_found(3, campaign, "network.quantized[0], but there are 0")
        code, output = self.check(campaign, "--quantized", str(fixed_campaigns.DATA / "fixed8.pt"))
        self.assertEqual(code, 0, output)


if __name__ == "__main__":
    unittest.main()
