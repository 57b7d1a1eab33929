"""What scripts/export_torchvision.py and its networks promise. Run: python tests/scripts/test_export.py"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import torch

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

import bvlc  # noqa: E402
import export_torchvision  # noqa: E402
import resnet_cifar  # noqa: E402
from model_file import parameter_count, save  # noqa: E402
from random_weights import randomise, smooth_images  # noqa: E402


def export(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a user does."""
    command = [sys.executable, str(SCRIPTS / "export_torchvision.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Folder(unittest.TestCase):
    """A test with an empty folder of its own."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)


class Networks(unittest.TestCase):
    def test_the_papers_networks_have_the_papers_parameter_counts(self) -> None:
        self.assertEqual(parameter_count(bvlc.AlexNet()), 60_965_224)
        self.assertEqual(parameter_count(bvlc.GoogLeNet()), 6_998_552)
        self.assertEqual(parameter_count(resnet_cifar.ResNet20()), 269_722)

    def test_googlenet_rounds_pooled_sizes_up(self) -> None:
        sizes: list[int] = []
        network = bvlc.GoogLeNet()
        network.pool.register_forward_hook(lambda *call: sizes.append(call[2].shape[-1]))
        network(torch.zeros(1, 3, 224, 224))
        self.assertEqual(sizes, [56, 28, 14, 7])

    def test_every_networks_random_weights_follow_the_seed(self) -> None:
        images = smooth_images(4, 32, 1.0, 1)
        first, again, other = (randomise(resnet_cifar.ResNet20(), images, seed) for seed in (1, 1, 2))
        self.assertTrue(torch.equal(first(images), again(images)))
        self.assertFalse(torch.equal(first(images), other(images)))

    def test_a_batch_norms_statistics_are_those_of_the_sample(self) -> None:
        images = smooth_images(4, 8, 3.0, 1)
        network = randomise(torch.nn.Sequential(torch.nn.BatchNorm2d(3), torch.nn.Conv2d(3, 2, 8)), images, 1)
        torch.testing.assert_close(network[0].running_mean, images.mean([0, 2, 3]))
        self.assertFalse(network.training)
        torch.testing.assert_close(network(images).mean(0), torch.zeros(2, 1, 1))

    def test_auxiliary_heads_leave_with_their_parameters(self) -> None:
        names = [name for name, _ in export_torchvision.untrained("googlenet").named_parameters()]
        self.assertFalse([name for name in names if name.startswith("aux")])


class Files(Folder):
    def test_traced_and_scripted_files_hold_the_same_parameters_in_float32(self) -> None:
        states = []
        for way in ("--trace", "--script"):
            result = export("resnet20_cifar", "--random", "--seed", "3", way, "-o", str(self.folder / way))
            self.assertEqual(result.returncode, 0, result.stderr)
            module = torch.jit.load(self.folder / way / "resnet20_cifar.pt")
            self.assertFalse(module.training)
            self.assertEqual({parameter.dtype for parameter in module.parameters()}, {torch.float32})
            self.assertEqual(module(torch.zeros(5, 3, 32, 32)).shape, (5, 10))
            states.append(dict(module.named_parameters()))
        self.assertEqual(list(states[0]), list(states[1]))
        self.assertTrue(all(torch.equal(states[0][name], states[1][name]) for name in states[0]))

    def test_the_same_seed_gives_the_same_bytes(self) -> None:
        written = []
        for run in ("first", "second"):
            export("resnet20_cifar", "--random", "--script", "-o", str(self.folder / run))
            written.append((self.folder / run / "resnet20_cifar.pt").read_bytes())
        self.assertEqual(*written)

    def test_a_file_does_not_say_where_it_was_written(self) -> None:
        path = self.folder / "plain.pt"
        save(torch.jit.script(torch.nn.Conv2d(1, 1, 1)), path)
        with zipfile.ZipFile(path) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
            self.assertFalse([name for name in archive.namelist() if name.endswith(".debug_pkl")])
        self.assertNotIn(str(Path(torch.__file__).parent).encode(), content)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["plain.pt"])

    def test_state_files_give_the_exported_weights(self) -> None:
        network = randomise(resnet_cifar.ResNet20(), smooth_images(4, 32, 1.0, 1), 5)
        torch.save(network.state_dict(), self.folder / "state.pth")
        result = export("resnet20_cifar", "--state", str(self.folder / "state.pth"), "-o", str(self.folder))
        self.assertEqual(result.returncode, 0, result.stderr)
        images = smooth_images(2, 32, 1.0, 2)
        torch.testing.assert_close(torch.jit.load(self.folder / "resnet20_cifar.pt")(images), network(images))


class Mistakes(Folder):
    def assert_one_line(self, result: subprocess.CompletedProcess[str], *words: str) -> None:
        self.assertNotEqual(result.returncode, 0)
        lines = result.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, result.stderr)
        for word in words:
            self.assertIn(word, lines[0])
        self.assertEqual(list(self.folder.glob("*.pt")), [])

    def test_a_misspelt_name_is_told_its_likely_meaning(self) -> None:
        self.assert_one_line(export("alxnet", "--random", "-o", str(self.folder)), "alxnet", "alexnet?")

    def test_networks_without_trained_weights_advise_random(self) -> None:
        self.assert_one_line(export("bvlc_alexnet", "-o", str(self.folder)), "bvlc_alexnet", "--random", "--state")

    def test_the_state_of_another_network_is_refused(self) -> None:
        torch.save({"weight": torch.zeros(1)}, self.folder / "other.pth")
        result = export("resnet20_cifar", "--state", str(self.folder / "other.pth"), "-o", str(self.folder))
        self.assert_one_line(result, "other.pth", "resnet20_cifar")


if __name__ == "__main__":
    unittest.main()
