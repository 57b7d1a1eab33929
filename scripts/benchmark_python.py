#!/usr/bin/env python3
"""The same trials in Python, for comparison: a plain loop, and PyTorchFI where it is installed.

Reads what benchmark_campaigns left in FOLDER (header.json, images.f32, faults_TEST.csv) and prints a JSON line about
itself; then, for each line on standard input, does every sampled trial once each way and prints a line of their times.
"""

from __future__ import annotations

import os

os.environ["NVIDIA_TF32_OVERRIDE"] = "0"  # before CUDA's libraries start: a traced file may ask for TF32

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import benchmark_faults  # noqa: E402
import numpy  # noqa: E402
import torch  # noqa: E402
from benchmark_faults import Fault  # noqa: E402
from torch import Tensor, nn  # noqa: E402

Json = dict[str, Any]


def words(values: list[int]) -> Tensor:
    return torch.from_numpy(numpy.array(values, numpy.uint32).view(numpy.int32))


def logits(network: Callable[[Tensor], Any], images: Tensor) -> Tensor:
    output = network(images)
    return output[0] if isinstance(output, (tuple, list)) else output


class PlainLoop:
    """What one writes without a tool: flip the words in place, run the network, flip them back."""

    name = "plain_python"

    def __init__(self, header: Json, device: torch.device) -> None:
        self.network = torch.jit.load(header["model"], map_location=device).eval()
        named = dict(self.network.named_parameters(remove_duplicate=False))
        self.memory = [named[tensor["name"]].detach().view(torch.int32).view(-1) if tensor["name"] in named else None
                       for tensor in header["tensors"]]
        self.device = device

    def toggle(self, flips: list[tuple[Tensor, Tensor, Tensor]]) -> None:
        for memory, elements, mask in flips:
            memory[elements] ^= mask

    def trial(self, faults: list[Fault], images: Tensor) -> Tensor:
        flips = [(self.memory[tensor], torch.tensor(list(toggled), device=self.device),
                  words(list(toggled.values())).to(self.device))
                 for tensor, toggled in benchmark_faults.masks(faults).items()]
        self.toggle(flips)
        try:
            return logits(self.network, images)
        finally:
            self.toggle(flips)


class PyTorchFI:
    """As its documentation shows: one declared weight injection for each trial, into a copy of the network.

    It knows a layer's weight only, so faults in biases and shifts are left out.
    """

    name = "pytorchfi"
    layer_types = [nn.Conv2d, nn.Linear, nn.BatchNorm2d]

    def __init__(self, header: Json, network: nn.Module, images: Tensor) -> None:
        from pytorchfi.core import fault_injection

        self.injector = fault_injection(network, len(images), input_shape=list(images.shape[1:]),
                                        layer_types=self.layer_types, use_cuda=images.is_cuda)
        layers = [name for name, module in network.named_modules() if isinstance(module, tuple(self.layer_types))]
        self.layer = {f"{name}.weight": number for number, name in enumerate(layers)}
        self.tensors = header["tensors"]
        self.network = network

    def knows(self, fault: Fault) -> bool:
        return self.tensors[fault.tensor]["name"] in self.layer

    def declaration(self, faults: list[Fault]) -> dict[str, list[Any]]:
        declared: dict[str, list[Any]] = {key: [] for key in ("layer_num", "k", "dim1", "dim2", "dim3", "value")}
        for tensor, left in benchmark_faults.words([fault for fault in faults if self.knows(fault)]).items():
            shape = self.tensors[tensor]["shape"]
            values = words(list(left.values())).view(torch.float32).tolist()
            for element, value in zip(left, values):
                place = [int(index) for index in numpy.unravel_index(element, shape)]
                place += [None] * (4 - len(place))
                for key, entry in zip(declared, [self.layer[self.tensors[tensor]["name"]], *place, value]):
                    declared[key].append(entry)
        return declared

    def trial(self, faults: list[Fault], images: Tensor) -> Tensor:
        return logits(self.injector.declare_weight_fi(**self.declaration(faults)), images)


def eager(name: str, model: str) -> nn.Module:
    """The network as Python modules, with the file's weights."""
    import export_torchvision
    import make_demo

    network = make_demo.SignNet(10) if name == "demo" else export_torchvision.untrained(name)
    network.load_state_dict(torch.jit.load(model, map_location="cpu").state_dict())
    return network.eval()


def make_pytorchfi(header: Json, name: str, images: Tensor, golden: Tensor) -> tuple[PyTorchFI | None, str]:
    """The contender, or why there is none."""
    try:
        import pytorchfi  # noqa: F401

        network = eager(name, header["model"]).to(images.device)
        difference = (logits(network, images) - golden).abs().max().item()
        if not difference <= 1e-4 * golden.abs().max().item():
            return None, f"the network's Python modules differ from the file by {difference}"
        return PyTorchFI(header, network, images), ""
    except Exception as error:  # whatever it can't do is told in the table
        return None, f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def fix_numerics(threads: int) -> None:
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
    torch._C._jit_set_texpr_fuser_enabled(False)


def wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def measure(contender: Any, trials: list[list[Fault]], images: Tensor, golden: Tensor) -> Json:
    """Seconds of each trial, and how many images are finite and keep golden's class."""
    seconds, unchanged = [], []
    wanted = golden.argmax(1)
    for faults in trials:
        wait_for(images.device)
        start = time.perf_counter()
        found = contender.trial(faults, images)
        same = ((found.argmax(1) == wanted) & found.isfinite().all(1)).sum().item()
        wait_for(images.device)
        seconds.append(time.perf_counter() - start)
        unchanged.append(same)
    return {"seconds": seconds, "unchanged": unchanged}


def read_trials(folder: Path, header: Json) -> dict[str, list[list[Fault]]]:
    """Of each test, the sampled trials' faults."""
    trials = {}
    for test, about in header["tests"].items():
        added = benchmark_faults.read(folder / f"faults_{test}.csv")
        trials[test] = [benchmark_faults.present(added, (run, trial), about["cumulative"])
                        for run, trial in about["sampled"]]
    return trials


def read_images(folder: Path, header: Json, device: torch.device) -> Tensor:
    about = header["images"]
    numbers = numpy.fromfile(folder / "images.f32", numpy.float32)
    return torch.from_numpy(numbers.reshape(about["count"], 3, about["height"], about["width"])).to(device)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what benchmark_campaigns wrote, with its first line as header.json")
    parser.add_argument("--eager", metavar="NAME",
                        help="Python modules for PyTorchFI: export_torchvision.py's, or demo")
    return parser.parse_args()


def main() -> None:
    options = read_options()
    header = json.loads((options.folder / "header.json").read_text())
    device = torch.device(header["device"])
    fix_numerics(header["threads"])
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    trials, images = read_trials(options.folder, header), read_images(options.folder, header, device)
    plain = PlainLoop(header, device)
    golden = [logits(plain.network, images) for _ in range(2)][1]  # the first pass of all is slower
    injector, note = make_pytorchfi(header, options.eager, images, golden) if options.eager else (None, "")
    contenders = [plain] + ([injector] if injector else [])
    left_out = {test: sum(not injector.knows(fault) for faults in of_test for fault in faults)
                for test, of_test in trials.items()} if injector else {}
    print(json.dumps({"torch": torch.__version__, "pytorchfi_note": note, "left_out": left_out}), flush=True)
    for _ in sys.stdin:
        line = {test: {contender.name: measure(contender, of_test, images, golden) for contender in contenders}
                for test, of_test in trials.items()}
        print(json.dumps({"tests": line}), flush=True)


if __name__ == "__main__":
    main()
