"""corrupt_models.py must tell a program that ends as documented from one that doesn't."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import corrupt_models  # noqa: E402


class Inspect(unittest.TestCase):
    def judged(self, body, timeout=60):
        """(exit code, complaint) of a program whose shell script is `body`."""
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "faultline"
            program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            program.chmod(0o755)
            return corrupt_models.inspect(program, "copy.pt", timeout)

    def test_a_model_that_is_loaded_may_be_talked_about(self):
        self.assertEqual(self.judged("echo 12 layers; echo a warning >&2"), (0, None))

    def test_a_refusal_in_one_line_is_in_order(self):
        self.assertEqual(self.judged('echo "faultline: $2: damaged" >&2; exit 3'), (3, None))

    def test_a_refusal_without_its_line_is_not(self):
        for body in ("exit 3", "echo damaged >&2; exit 3", "printf 'faultline: a\\nb\\n' >&2; exit 3"):
            self.assertIn("not in one line", self.judged(body)[1])

    def test_other_exit_codes_are_not(self):
        self.assertEqual(self.judged("echo internal failure >&2; exit 4"), (4, "exit code 4: internal failure"))

    def test_signals_are_not(self):
        self.assertEqual(self.judged("kill -SEGV $$"), (-11, "ended by signal 11"))

    def test_hanging_is_not(self):
        self.assertEqual(self.judged("exec sleep 30", timeout=0.2), (None, "still running after 0.2 seconds"))


if __name__ == "__main__":
    unittest.main()
