"""What `run` and `compare` write for continuous integration is well-formed whatever points are called, and fits its
schema."""

import copy
import hashlib
import json
import os
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

from jsonschema import Draft202012Validator, RefResolver

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "layer/float32/]]></x><&\"'|`*[a](b)\u0001\u001b[2J\n\ufffe\uffff \u2028\U0001f600"


def comparison_schema() -> Draft202012Validator:
    path = ROOT / "configs" / "schema" / "comparison.schema.json"
    schema = json.loads(path.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, resolver=RefResolver(path.as_uri(), schema))


def store(folder: Path, change=lambda result: None) -> Path:
    """A stored campaign's result, with a fault list that fits and 12 runs."""
    result = json.loads((ROOT / "tests" / "data" / "results" / "layer.json").read_text())
    result["runs"] = [copy.deepcopy(dict(result["runs"][0], run=run)) for run in range(12)]
    faults = "run,trial,tensor,element,mask,before,after\n" + "0,0,0,1,00000001,3f800000,3f800001\n" * 200
    result["faults"]["sha256"] = hashlib.sha256(faults.encode()).hexdigest()
    change(result)
    folder.mkdir()
    (folder / "faults.csv").write_text(faults)
    (folder / "result.json").write_text(json.dumps(result))
    return folder


def rename(result) -> None:
    old = result["points"][0]["key"]
    result["points"][0]["key"] = HOSTILE
    for run in result["runs"]:
        for trial in run["trials"]:
            trial["key"] = HOSTILE if trial["key"] == old else trial["key"]


def lose(result) -> None:
    rename(result)
    for run in result["runs"]:
        run["trials"][0]["tally"]["top1"] -= 3


class Reports(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.addCleanup(self.temporary.cleanup)

    def compare(self, *words: str) -> subprocess.CompletedProcess:
        base, new = store(self.folder / "base", rename), store(self.folder / "new", lose)
        files = ["--junit", "c.xml", "--markdown", "c.md", "--json", "c.json"]
        command = [os.environ["FAULTLINE"], "compare", str(base), str(new), *files, *words]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)

    def test_of_hostile_names_are_well_formed(self):
        gate = '"layer/float32/]]></x><&?\'|`*" top1_change.mean >= -0.5'  # ? is a quote: none can stand between quotes
        done = self.compare("--gate", gate, "--gate", "* top1.mean >= 0")
        self.assertEqual(done.returncode, 1, done.stderr)
        suite = xml.etree.ElementTree.parse(self.folder / "c.xml").getroot().find("testsuite")
        cases = suite.findall("testcase")
        self.assertEqual(int(suite.get("tests")), len(cases))
        self.assertEqual(int(suite.get("failures")), len(suite.findall("testcase/failure")))
        self.assertEqual(int(suite.get("failures")), 1)
        self.assertTrue(any("]]></x><&\"'" in case.get("name") for case in cases))
        lines = (self.folder / "c.md").read_text().rstrip("\n").split("\n")  # U+2028 ends no line of Markdown
        self.assertEqual(len(lines), 6 + len(cases))
        self.assertNotIn("\u001b", done.stdout + done.stderr)

    def test_fit_the_schema(self):
        done = self.compare("--gate", "* top1_change.mean >= -0.02")
        self.assertIn(done.returncode, (1, 2), done.stderr)
        done = subprocess.run(
            [os.environ["FAULTLINE"], "compare", "base", "new", "--json", "c.json", "--gate", "layer/* top1.mean > 0"],
            cwd=self.folder, capture_output=True, text=True, check=False,
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        told = json.loads((self.folder / "c.json").read_text())
        self.assertEqual([error.message for error in comparison_schema().iter_errors(told)], [])
        for wrong in ({"pass": 1}, {"points": []}, {"correction": "none"}, {"gates": [{}]}, {"extra": 1}):
            self.assertFalse(comparison_schema().is_valid({**told, **wrong}), wrong)


if __name__ == "__main__":
    unittest.main()
