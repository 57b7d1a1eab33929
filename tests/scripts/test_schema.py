"""Shipped configs and results fit their schemas, and what is wrong with one is refused.

FAULTLINE_RESULTS names a folder whose result.json files (at any depth) are checked too.
"""

import copy
import json
import os
import unittest
from pathlib import Path

from jsonschema import Draft202012Validator, RefResolver

ROOT = Path(__file__).resolve().parents[2]


VERDICT = {"expression": "* top1 > 0.5", "key": "full/float32/errors=1", "observed": 0.75, "bound": 0.5, "pass": True}
HARDENING = {"method": "clip", "beyond": "zero", "slack": 1.25, "points": 6, "added_operations": 1200,
             "calibration": {"count": 100, "images_sha256": "c" * 64, "preprocessing_sha256": "d" * 64}}
CELL = {"sha256": "a" * 64, "index": 0, "cell": "bits=30", "values": {"bits": "30"}}


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def validator(name: str) -> Draft202012Validator:
    path = ROOT / "configs" / "schema" / f"{name}.schema.json"
    schema = read(path)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, resolver=RefResolver(path.as_uri(), schema))  # finds those beside it


def shipped(sweeps: bool) -> list[Path]:
    paths = sorted((ROOT / "configs").glob("*.json"))
    return [path for path in paths if path.name.startswith("sweep-") == sweeps]


def result_paths() -> list[Path]:
    kept = sorted((ROOT / "tests" / "data" / "results").glob("*.json"))
    folder = os.environ.get("FAULTLINE_RESULTS")
    return kept + (sorted(Path(folder).rglob("result.json")) if folder else [])


def complaints(checker: Draft202012Validator, instance) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(instance)]


class Configs(unittest.TestCase):
    def setUp(self):
        self.schema = validator("config")

    def test_that_are_shipped_fit(self):
        paths = shipped(sweeps=False)
        self.assertGreaterEqual(len(paths), 6)
        for path in paths:
            with self.subTest(path=path.name):
                self.assertEqual(complaints(self.schema, read(path)), [])

    def test_with_a_mistake_are_refused(self):
        for wrong in (
            {"campaing": {}},
            {"campaign": {"run": 60}},
            {"campaign": {"runs": 0}},
            {"campaign": {"runs": "60"}},
            {"campaign": {"test": "layers"}},
            {"campaign": {"bits": "0-"}},
            {"campaign": {"rate": 1.5}},
            {"campaign": {"format": "float32"}},
            {"campaign": {"formats": "fixed8"}},
            {"network": {"quantized": "Q8.pt"}},
            {"dataset": {"mean": [0.5, 0.5]}},
            {"network": {"model_sha256": "ABC"}},
            {"gates": {"gate": "* top1 > 0"}},
            {"gates": {"gates": []}},
            [],
        ):
            with self.subTest(wrong=wrong):
                self.assertNotEqual(complaints(self.schema, wrong), [])


class Sweeps(unittest.TestCase):
    def setUp(self):
        self.schema = validator("sweep")

    def test_that_are_shipped_fit(self):
        paths = shipped(sweeps=True)
        self.assertGreaterEqual(len(paths), 2)
        for path in paths:
            with self.subTest(path=path.name):
                self.assertEqual(complaints(self.schema, read(path)), [])

    def test_with_a_mistake_are_refused(self):
        matrix = {"bits": {"30": {"campaign": {"bits": "30"}}}}
        for right in ({"matrix": matrix}, {"matrix": matrix, "base": "demo.json", "exclude": []}):
            self.assertEqual(complaints(self.schema, right), [])
        for wrong in (
            {},
            {"matrix": {}},
            {"matrix": {"bits": {}}},
            {"matrix": matrix, "bsae": {}},
            {"matrix": matrix, "base": {"campaing": {}}},
            {"matrix": matrix, "base": [{"campaign": {"runs": 0}}]},
            {"matrix": matrix, "base": 3},
            {"matrix": {"bits": {"30": {"campaign": {"bits": "0-"}}}}},
            {"matrix": {"a/b": matrix["bits"]}},
            {"matrix": {"bits": {"../30": {}}}},
            {"matrix": matrix, "exclude": {"bits": "30"}},
            {"matrix": matrix, "exclude": [{}]},
            {"matrix": matrix, "exclude": [{"bits": 30}]},
            [],
        ):
            with self.subTest(wrong=wrong):
                self.assertNotEqual(complaints(self.schema, wrong), [])


class Results(unittest.TestCase):
    def setUp(self):
        self.schema = validator("result")

    def test_fit(self):
        paths = result_paths()
        self.assertGreaterEqual(len(paths), 4)
        for path in paths:
            with self.subTest(path=path):
                self.assertEqual(complaints(self.schema, read(path)), [])

    def test_may_be_a_cell_of_a_sweep(self):
        for path in result_paths():
            with self.subTest(path=path):
                self.assertEqual(complaints(self.schema, {**read(path), "sweep": CELL}), [])

    def test_may_be_of_a_hardened_network(self):
        for path in result_paths():
            result = read(path)
            for right in (HARDENING, {**HARDENING, "beyond": "bound", "slack": 1}):
                result["network"]["hardening"] = right
                with self.subTest(path=path):
                    self.assertEqual(complaints(self.schema, result), [])

    def test_may_tell_of_gates(self):
        nothing = {**VERDICT, "key": None, "observed": None, "pass": False}
        for path in result_paths():
            with self.subTest(path=path):
                self.assertEqual(complaints(self.schema, {**read(path), "gates": [VERDICT, nothing]}), [])

    def test_hold_a_config_that_fits(self):
        config = validator("config")
        for path in result_paths():
            with self.subTest(path=path):
                self.assertEqual(complaints(config, read(path)["config"]), [])

    def test_count_every_image_once(self):
        for path in result_paths():
            result = read(path)
            for run in result["runs"]:
                for trial in run["trials"]:
                    tally = trial["tally"]
                    parts = tally["masked"] + tally["benign"] + tally["sdc1"] + tally["nonfinite"]
                    self.assertEqual(parts, tally["images"], trial["key"])
                    self.assertEqual(tally["images"], result["images"]["count"])
                    self.assertLessEqual(tally["sdc5"], tally["sdc1"])

    def test_have_means_that_follow_from_counts(self):
        for path in result_paths():
            result = read(path)
            for place, point in enumerate(result["points"]):
                shares = []
                for run in result["runs"]:
                    tally = run["trials"][place]["tally"]
                    shares.append(tally["top1"] / tally["images"])
                mean = sum(shares) / len(shares)
                self.assertAlmostEqual(point["statistics"]["top1"]["mean"], mean, places=12)

    def test_with_a_planted_mistake_are_refused(self):
        for change in (
            lambda result: result.update(schema_version="1"),
            lambda result: result.update(extra=1),
            lambda result: result.pop("identity"),
            lambda result: result["identity"].update(images_sha256="a" * 63),
            lambda result: result["formats"][0].update(model_sha256="a" * 63),
            lambda result: result["formats"][0].update(file="net.pt"),
            lambda result: result["formats"].clear(),
            lambda result: result["points"][0].pop("errors_mean"),
            lambda result: result["golden"][0]["before"].update(top1=0.8),
            lambda result: result["points"][0]["statistics"]["top1"].update(mean=1.2),
            lambda result: result["points"][0]["statistics"]["top1"].update(mean=None),
            lambda result: result["points"][0]["statistics"]["collapse"].update(share=-0.1),
            lambda result: result["points"][0].pop("key"),
            lambda result: result["points"][0].update(bit=3, layer="stem"),
            lambda result: result["points"][0].update(key="full/float32/30"),
            lambda result: result["points"].clear(),
            lambda result: result["runs"][0]["trials"][0]["tally"].pop("critical"),
            lambda result: result["runs"][0]["trials"][0]["tally"].update(images=-1),
            lambda result: result["network"]["layers"][0]["tensors"][0].update(role="wieght"),
            lambda result: result["network"].update(hardening=None),
            lambda result: result["network"].update(hardening={**HARDENING, "method": "retrain"}),
            lambda result: result["network"].update(hardening={**HARDENING, "slack": 0.5}),
            lambda result: result["network"].update(hardening={**HARDENING, "calibration": {}}),
            lambda result: result["fault_model"].update(roles=[]),
            lambda result: result["config"].update(campagne={}),
            lambda result: result.pop("sweep"),
            lambda result: result.update(gates=[{}]),
            lambda result: result.update(gates=[{**VERDICT, "observed": None}]),
            lambda result: result.update(gates=[{**VERDICT, "bound": 50}]),
            lambda result: result.update(sweep={}),
            lambda result: result.update(sweep={**CELL, "cell": "bits=/"}),
            lambda result: result.update(sweep={**CELL, "values": {}}),
        ):
            for path in result_paths()[:4]:
                result = copy.deepcopy(read(path))
                change(result)
                with self.subTest(change=change.__code__.co_firstlineno, path=path.name):
                    self.assertNotEqual(complaints(self.schema, result), [])


if __name__ == "__main__":
    unittest.main()
