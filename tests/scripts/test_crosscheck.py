"""What scripts/crosscheck.py accepts and what it finds. Run: python tests/scripts/test_crosscheck.py

The results it is given come from demo_campaigns.py, which computes them by another route.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

import numpy
import PIL
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import crosscheck  # noqa: E402
import crosscheck_images  # noqa: E402
import crosscheck_labels  # noqa: E402
import crosscheck_network  # noqa: E402
import crosscheck_result  # noqa: E402
import crosscheck_tally  # noqa: E402
import torch  # noqa: E402
from demo_campaigns import COUNTS, DEMO, Campaign, Maker, count_outcomes  # noqa: E402


@functools.cache
def campaigns() -> tuple[dict[str, Campaign], Path]:
    """One of each kind, made once, and the labels file they name."""
    torch.set_num_threads(1)  # small layers; and sums in one order
    temporary = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(temporary.cleanup)
    maker = Maker(Path(temporary.name))
    return {"full": maker.full(), "overlapping": maker.overlapping(), "indexed": maker.indexed(),
            "layerwise": maker.layerwise()}, maker.labels


class Folder(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)


class Results(Folder):
    """Campaigns as they are and with one thing planted."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.campaigns, cls.labels = campaigns()

    def campaign(self, name: str) -> Campaign:
        return copy.deepcopy(self.campaigns[name])

    def check(self, campaign: Campaign | None, *arguments: str) -> tuple[int, str]:
        """Exit code and all that was printed."""
        if campaign is not None:
            campaign.write(self.folder)
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = crosscheck.main([str(self.folder), "--trials", "100", *arguments])
        return code, output.getvalue()

    def assert_found(self, expected: int, campaign: Campaign | None, *words: str) -> None:
        code, output = self.check(campaign)
        self.assertEqual(code, expected, output)
        for word in words:
            self.assertIn(word, output)


class Sound(Results):
    def test_every_count_of_every_trial_is_equal(self) -> None:
        for name in self.campaigns:
            with self.subTest(name):
                code, output = self.check(self.campaign(name))
                self.assertEqual(code, 0, output)
                trial_count = sum(len(run["trials"]) for run in self.campaigns[name].json["runs"])
                self.assertEqual(output.count("\nequal "), 2 + trial_count, output)  # golden before and after

    def test_these_campaigns_hold_every_outcome(self) -> None:
        tallies = [trial["tally"] for campaign in self.campaigns.values() for run in campaign.json["runs"]
                   for trial in run["trials"]]
        for name in COUNTS:
            self.assertTrue(any(0 < tally[name] < tally["images"] for tally in tallies if name != "images") or
                            name == "images", name)

    def test_paths_given_win_over_the_results(self) -> None:
        campaign = self.campaign("layerwise")
        config = campaign.json["config"]
        config["network"]["model"] = config["dataset"]["images"] = config["dataset"]["labels"] = "nowhere"
        code, output = self.check(campaign, "--model", str(DEMO / "signs.pt"), "--images", str(DEMO / "images"),
                                  "--labels", str(self.labels))
        self.assertEqual(code, 0, output)

    def test_a_campaign_without_faults_is_checked_on_golden(self) -> None:
        campaign = self.campaign("full")
        campaign.json["runs"], campaign.rows = [], []
        self.assert_found(0, campaign, "golden and 0 of 0 trials")

    def test_folders_and_the_first_images_are_understood(self) -> None:
        campaign = self.campaign("layerwise")
        del campaign.json["identity"]["images_sha256"]
        campaign.json["config"]["dataset"].update(layout="automatic", labels="", first=50)
        campaign.json["images"]["count"] = 50
        self.assert_found(4, campaign, "images 67, here 50")  # read, and other than what was measured


class Planted(Results):
    def test_any_count_off_by_one_is_found(self) -> None:
        campaign = self.campaign("layerwise")
        for name in COUNTS:
            campaign.tally(0, 1)[name] += 1
        code, output = self.check(campaign)
        self.assertEqual(code, 4)
        line = next(line for line in output.splitlines() if "layer/float32/classify" in line)
        for name in COUNTS:
            value = campaign.tally(0, 1)[name]
            self.assertIn(f"{name} {value}, here {value - 1}", line)
        self.assertIn("1 differ", output)

    def test_a_golden_count_off_by_one_is_found(self) -> None:
        campaign = self.campaign("layerwise")
        golden = campaign.json["golden"][0]
        golden["after"] = {**golden["after"], "top5": golden["after"]["top5"] - 1}
        self.assert_found(4, campaign, "golden after: top5")

    def test_another_mask_is_found(self) -> None:
        campaign = self.campaign("full")
        campaign.rows[3][4] ^= 3 << 20
        self.assert_found(4, campaign, "faults.csv:5", "bits_per_error is 1", "flips to")

    def test_a_word_that_was_never_there_is_found(self) -> None:
        for name, row in (("full", 4), ("overlapping", 2), ("indexed", 9)):
            with self.subTest(name):
                campaign = self.campaign(name)
                campaign.rows[row][5] ^= 1 << 5
                campaign.rows[row][6] ^= 1 << 5
                self.assert_found(4, campaign, f"faults.csv:{row + 2}", "the word there is")

    def test_faults_of_another_kind_are_found(self) -> None:
        campaign = self.campaign("full")
        tensor, element = campaign.rows[0][2:4]
        campaign.rows[1] = [0, 1, tensor, element, campaign.rows[0][4], campaign.rows[0][6], campaign.rows[0][5]]
        self.assert_found(4, campaign, "met twice")

        campaign = self.campaign("full")
        campaign.rows[0][3] = 10**6
        self.assert_found(4, campaign, "faults.csv:2", "element 1000000")

        campaign = self.campaign("full")
        campaign.json["network"]["layers"][0]["tensors"][0]["in_space"] = False
        self.assert_found(4, campaign, "of tensor 0, which has 0 that may be hit")

        campaign = self.campaign("layerwise")
        campaign.json["points"][0]["layer"] = "stem.1"
        self.assert_found(4, campaign, "hits layer stem.0")

    def test_other_positions_at_one_bit_are_found(self) -> None:
        campaign = self.campaign("indexed")
        campaign.rows[4], campaign.rows[5] = campaign.rows[5], campaign.rows[4]
        self.assert_found(4, campaign, "bit=23", "different words")

        campaign = self.campaign("indexed")
        campaign.json["points"][1]["bit"] = 24
        self.assert_found(4, campaign, "without bit 24")

    def test_rows_and_trials_that_do_not_meet_are_found(self) -> None:
        campaign = self.campaign("full")
        del campaign.rows[-1]
        self.assert_found(4, campaign, "26 rows, the trials 27")

        campaign = self.campaign("full")
        campaign.rows[2][1] += 1
        self.assert_found(4, campaign, "faults.csv:4", "run,trial are 0,3")

        campaign = self.campaign("full")
        campaign.json["points"][2]["errors"] += 1
        self.assert_found(4, campaign, "5 faults, but the point has 6 errors")


class Refused(Results):
    def test_files_other_than_the_results_are_refused(self) -> None:
        campaign = self.campaign("full")
        campaign.json["formats"][0]["model_sha256"] = "0" * 64
        self.assert_found(3, campaign, "signs.pt", "formats[0].model_sha256")

        self.campaign("full").write(self.folder)
        list_file = self.folder / "faults.csv"
        list_file.write_text(list_file.read_text().replace(",0,", ",1,", 1))
        self.assert_found(3, None, "faults.csv", "SHA-256")

        campaign = self.campaign("full")
        campaign.json["identity"]["images_sha256"] = "0" * 64
        self.assert_found(3, campaign, "identity.images_sha256")

    def test_damaged_and_missing_files_are_named(self) -> None:
        campaign = self.campaign("full")
        campaign.rows[0][3] = -1
        self.assert_found(3, campaign, "faults.csv:2")

        campaign = self.campaign("full")
        campaign.json["config"]["dataset"]["images"] = "nowhere"
        self.assert_found(3, campaign, "nowhere", "--images")

        campaign = self.campaign("full")
        campaign.json["runs"][0]["trials"][1]["parent"] = "full/float32/errors=99"
        self.assert_found(3, campaign, "errors=99")

        (self.folder / "result.json").unlink()
        self.assert_found(3, None, "result.json")

    def test_what_cannot_be_made_here_is_said(self) -> None:
        campaign = self.campaign("full")
        campaign.json["config"]["dataset"]["one_per_class"] = True
        self.assert_found(2, campaign, "one_per_class")

        campaign = self.campaign("full")
        campaign.json["schema_version"] = "1"
        self.assert_found(3, campaign, "schema_version is 1")

        campaign = self.campaign("full")
        campaign.json["config"]["dataset"].update(resize="squash", interpolation="lanczos")
        self.assert_found(2, campaign, "lanczos")


class Sampling(Results):
    def test_a_third_flip_bit_30_and_a_third_are_deadly(self) -> None:
        campaign = self.campaign("full")
        for run in campaign.json["runs"]:
            run["trials"][1]["tally"]["nonfinite"] = 0
        code, output = self.check(campaign, "--trials", "6")
        chosen = [line for line in output.splitlines() if " run " in line]
        self.assertEqual(len(chosen), 6, output)
        self.assertGreaterEqual(sum("errors=9" in line for line in chosen), 2)

    def test_the_seed_decides(self) -> None:
        campaign = self.campaign("full")
        outputs = [self.check(campaign, "--trials", "4", "--seed", seed)[1] for seed in "112345"]
        self.assertEqual(outputs[0], outputs[1])
        self.assertGreater(len(set(outputs)), 1)

    def test_every_deadly_trial_on_request(self) -> None:
        campaign = self.campaign("full")
        deadly = sum(trial["tally"]["nonfinite"] > 0 for run in campaign.json["runs"] for trial in run["trials"])
        self.assertGreater(deadly, 1)
        code, output = self.check(campaign, "--trials", "1", "--include-deadly")
        self.assertEqual(code, 0, output)
        self.assertEqual(sum(" run " in line for line in output.splitlines()), deadly)


class Tallies(unittest.TestCase):
    def test_counts_are_those_of_a_look_at_each_image(self) -> None:
        numbers = numpy.random.RandomState(1)
        for _ in range(200):
            # Few values, so that there are ties; some that are no numbers.
            values = numpy.array([-1.0, -0.0, 0.0, 1.0, 2.0, numpy.nan, numpy.inf, -numpy.inf], numpy.float32)
            shares = [0.2, 0.1, 0.1, 0.3, 0.285, 0.005, 0.005, 0.005]
            golden = numbers.choice(values, (8, 7), p=shares)
            logits = numpy.where(numbers.uniform(size=(8, 1)) < 0.3, golden, numbers.choice(values, (8, 7), p=shares))
            labels = numbers.randint(0, 7, 8)
            expected = count_outcomes(torch.from_numpy(logits), torch.from_numpy(golden), labels.tolist())
            self.assertEqual(crosscheck_tally.tally(logits, golden, labels), expected)


class Images(Folder):
    def test_pixels_are_torchvisions(self) -> None:
        folder = ROOT / "tests" / "data" / "images"
        for case in json.loads((folder / "references.json").read_text()):
            for interpolation, expected in case["expected"].items():
                with self.subTest(case["image"], interpolation=interpolation):
                    if interpolation == "pillow_13" and int(PIL.__version__.split(".")[0]) < 13:
                        continue  # only that release can say
                    config = {**case, "interpolation": interpolation, "channels": "rgb"}
                    pixels = crosscheck_images.prepare(Image.open(folder / case["image"]), config)
                    wanted = numpy.asarray(Image.open(folder / expected).convert("RGB"))
                    numpy.testing.assert_array_equal(pixels.transpose(1, 2, 0), wanted)

    def test_channels_and_values_follow_the_networks_order(self) -> None:
        config = {"resize": "none", "resize_size": 1, "crop": 0, "interpolation": "pillow", "channels": "bgr",
                  "scale": 2, "mean": [1, 2, 3], "deviation": [1, 1, 4]}
        pixels = crosscheck_images.prepare(Image.new("RGB", (1, 1), (10, 20, 30)), config)
        self.assertEqual(crosscheck_images.normalise(pixels[None], config).flatten().tolist(), [14, 8, 0.5])

    def layout(self, name: str, labels: str = "", synset_map: str = "") -> list[tuple[str, int]]:
        (self.folder / "labels").write_text(labels)
        (self.folder / "map").write_text(synset_map)
        source = crosscheck_labels.Source(self.folder / "images", self.folder / "labels", name,
                                          self.folder / "map" if synset_map else None)
        return [(image.name, image.label) for image in crosscheck_labels.LAYOUTS[name](source)]

    def test_every_layout_gives_its_labels(self) -> None:
        for name in ("b/2.png", "b/1.jpeg", "a/3.JPG", ".hidden/0.png", "a/notes.txt"):
            path = self.folder / "images" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        (self.folder / "images" / "empty").mkdir()
        files = ["a/3.JPG", "b/1.jpeg", "b/2.png"]
        self.assertEqual(self.layout("folders"), list(zip(files, [0, 1, 1])))
        self.assertEqual(self.layout("folders", synset_map="b\na\nA\n"), list(zip(files, [1, 2, 2])))
        self.assertEqual(self.layout("list", "b/2.png 7\nb/1.jpeg 0\n"), [("b/2.png", 7), ("b/1.jpeg", 0)])
        self.assertEqual(self.layout("synsets", "n3\nn1\nn3\n"), list(zip(files, [1, 0, 1])))
        self.assertEqual(self.layout("devkit", "1\n2\n1\n", "n9 sea snake\nn1 tench\n"), list(zip(files, [1, 0, 1])))
        self.assertEqual(self.layout("kaggle", "ImageId,PredictionString\n3,n2 1 2 3 4\n2,n1 0 0 1 1\n1,n2 0 0 1 1\n"),
                         list(zip(files, [1, 1, 0])))

    def test_cifar_records_give_labels_and_planes(self) -> None:
        planes = numpy.random.RandomState(1).randint(0, 256, (2, 3, 32, 32)).astype(numpy.uint8)
        content = b"".join(bytes([label]) + one.tobytes() for label, one in zip((3, 9), planes))
        (self.folder / "images").write_bytes(content)
        self.assertEqual(self.layout("cifar10"), [("record 0", 3), ("record 1", 9)])
        config = {"resize": "none", "resize_size": 1, "crop": 0, "interpolation": "pillow", "channels": "rgb",
                  "scale": 1, "mean": [0] * 3, "deviation": [1] * 3}
        source = crosscheck_labels.Source(self.folder / "images", None, "cifar10", None)
        loaded = crosscheck_images.load(source, crosscheck_labels.LAYOUTS["cifar10"](source), config, 1)
        numpy.testing.assert_array_equal(loaded, planes)


class Networks(unittest.TestCase):
    def setUp(self) -> None:
        tensors = [crosscheck_result.Tensor("stem.0.weight", "stem.0", (16, 3, 3, 3), True)]
        self.network = crosscheck_network.Network(DEMO / "signs.pt", tensors, torch.device("cpu"))

    def test_the_files_own_switches_are_overridden(self) -> None:
        nodes = self.network._module.graph.findAllNodes("aten::_convolution")
        self.assertGreater(len(nodes), 5)
        for node in nodes:
            self.assertEqual([value.toIValue() for value in list(node.inputs())[-4:]], [False, True, True, False])

    def test_words_are_golden_again_after_the_scope(self) -> None:
        golden = self.network.golden_words(0)
        images = numpy.zeros((2, 3, 32, 32), numpy.float32)
        before = self.network.forward(images)
        with self.assertRaisesRegex(ValueError, "stop"):
            with self.network.words({0: ([5, 431], [0x7FC00001, 0x80000000])}):
                self.assertTrue(numpy.isnan(self.network.forward(images)).any())
                raise ValueError("stop")
        again = crosscheck_network.Network.golden_words(self.network, 0)
        self.assertEqual(golden.tobytes(), again.tobytes())
        self.assertEqual(before.tobytes(), self.network.forward(images).tobytes())


if __name__ == "__main__":
    unittest.main()
