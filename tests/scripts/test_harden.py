"""What `faultline harden` writes is a TorchScript file that plain PyTorch runs, to the same bits.

Run: FAULTLINE=build/faultline python tests/scripts/test_harden.py
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import crosscheck  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402

DEMO = ROOT / "configs" / "demo"
CLASS = DEMO / "images" / "stop"
IMAGES = ("--images", str(DEMO / "images"), "--preprocessing", "none", "--mean", "0.5,0.5,0.5",
          "--deviation", "0.5,0.5,0.5", "--threads", "1", "--batch", "20", "--progress", "none")


def faultline(*words: str | Path) -> str:
    command = [os.environ["FAULTLINE"], *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stderr}")
    return done.stdout


def load(path: Path) -> torch.jit.ScriptModule:
    return torch.jit.load(path).eval()


def images() -> torch.Tensor:
    """All of one class, as the demonstration's network wants them."""
    pixels = [numpy.asarray(Image.open(path).convert("RGB")) for path in sorted(CLASS.glob("*.png"))]
    values = torch.from_numpy(numpy.stack(pixels)).permute(0, 3, 1, 2).float()
    return ((values / 255 - 0.5) / 0.5).contiguous()


class Hardened(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        for beyond in ("bound", "zero"):
            faultline("harden", DEMO / "signs.pt", "--clip", *IMAGES, "--calibrate-first", "400", "--slack", "1.01",
                      "--beyond", beyond, "-o", cls.folder / f"{beyond}.pt")

    def test_gives_the_same_scores_within_its_ranges(self) -> None:
        before = load(DEMO / "signs.pt")(images())
        for beyond in ("bound", "zero"):
            with self.subTest(beyond):
                after = load(self.folder / f"{beyond}.pt")(images())
                self.assertTrue(torch.equal(before, after))

    def test_holds_the_same_tensors(self) -> None:
        before = load(DEMO / "signs.pt").state_dict()
        for beyond in ("bound", "zero"):
            after = load(self.folder / f"{beyond}.pt").state_dict()
            self.assertEqual(list(before), list(after))
            for name, tensor in before.items():
                self.assertEqual(tensor.numpy().tobytes(), after[name].numpy().tobytes(), name)

    def test_stays_finite_whatever_a_weight_is(self) -> None:
        for beyond in ("bound", "zero"):
            module = load(self.folder / f"{beyond}.pt")
            golden = module(images())
            for name, parameter in module.named_parameters():
                for value in (float("nan"), float("inf"), -3e38):
                    with self.subTest(name, beyond=beyond, value=value):
                        first = parameter.view(-1)[:1]
                        kept = first.clone()
                        first.fill_(value)
                        self.assertTrue(torch.isfinite(module(images())).all())
                        first.copy_(kept)
            self.assertTrue(torch.equal(module(images()), golden))

    def test_has_the_counts_that_pytorch_has(self) -> None:
        for beyond in ("bound", "zero"):
            result = self.folder / f"result-{beyond}"
            faultline("run", self.folder / f"{beyond}.pt", *IMAGES, "--first", "60", "--test", "full", "--errors",
                      "5,30", "--runs", "3", "--output", result)
            output = io.StringIO()
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                code = crosscheck.main([str(result), "--trials", "100"])
            self.assertEqual(code, 0, output.getvalue())


if __name__ == "__main__":
    unittest.main()
