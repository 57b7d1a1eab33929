#!/usr/bin/env python3
"""Measures how much faster resumed trials are than whole passes, and both than loops in Python.

For each network processes are started: the benchmark program, which measures whole passes and resumed trials, and two
that do the same trials in Python, one with the program's settings of the allocator. They take turns, a repetition each,
so that a slow moment of the machine strikes all alike. Writes all figures to OUTPUT/benchmark.json (after each network)
and the README's table to OUTPUT/benchmark.md. Ends with 4 when the device does not compute in float32, or when a
resumed trial or the plain loop got other counts than a whole pass.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import benchmark_faults
import benchmark_table

ROOT = Path(__file__).resolve().parents[1]
DIFFERENT = 4
KEEP_FREED_MEMORY = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=-1:glibc.malloc.top_pad=67108864"

Json = dict[str, Any]


@dataclass(frozen=True)
class Runs:
    """Of each test: so many that the one golden pass of a batch hardly counts, as in a campaign of 60 runs."""

    full: int = 5
    indexed: int = 1
    layer: int = 2


@dataclass(frozen=True)
class Network:
    name: str
    model: str  # file in the data's folder of models, or in the folder of untrained networks
    eager: str  # as export_torchvision.py knows it
    batch: int
    config: str = ""  # whose section "dataset" says how real images are prepared
    images: str = ""  # in the data; without them, images are drawn
    labels: str = ""
    size: int = 224  # of drawn images
    runs: Runs = Runs()


IMAGENET = {"images": "imagenet_val1300/images", "labels": "imagenet_val1300/val.txt"}
NETWORKS = [
    Network("AlexNet", "alexnet", "alexnet", 128, runs=Runs(full=12, indexed=2, layer=8)),
    Network("VGG16", "vgg16", "vgg16", 16, runs=Runs(full=25, indexed=1, layer=4)),
    Network("GoogLeNet (BVLC)", "googlenet_bvlc", "bvlc_googlenet", 32, "bvlc_googlenet", **IMAGENET),
    Network("GoogLeNet", "googlenet", "googlenet", 32),
    Network("SqueezeNet 1.0", "squeezenet1_0", "squeezenet1_0", 32),
    Network("SqueezeNet 1.1", "squeezenet_v1.1", "squeezenet1_1", 32, "squeezenet_caffe", **IMAGENET),
    Network("SqueezeNet 1.1 (untrained)", "squeezenet1_1", "squeezenet1_1", 32),
    Network("ResNet-18", "resnet18", "resnet18", 32),
    Network("ResNet-20", "resnet20_cifar10", "resnet20_cifar", 64, "resnet20_cifar10", "cifar10/test_batch.bin",
            size=32, runs=Runs(full=10, indexed=4, layer=4)),
    Network("demo", "signs", "demo", 64, "demo", "images"),
]
KNOWN = {network.model: network for network in NETWORKS}
USUAL = ["alexnet", "vgg16", "googlenet_bvlc", "googlenet", "squeezenet1_0", "squeezenet_v1.1", "resnet20_cifar10"]


class Contender:
    """A process that prints a line about itself, then one for each line it is given."""

    def __init__(self, command: list[str], **environment: str) -> None:
        self.command = command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=os.environ | environment)
        self.header = self.read()

    def read(self) -> Json:
        line = self.process.stdout.readline()
        if not line:
            self.end()
            raise SystemExit(f"benchmark: {' '.join(self.command)} ended with {self.process.returncode}")
        return json.loads(line)

    def repeat(self) -> Json:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.read()

    def end(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def find_model(network: Network, options: argparse.Namespace) -> Path | None:
    """The data's models first, then untrained ones; the demo is always there."""
    places = [ROOT / "configs/demo/signs.pt"] if network.eager == "demo" else []
    places += [options.data / "models" / f"{network.model}.pt"]
    places += [options.networks / f"{network.eager}{ending}.pt" for ending in ("_traced", "")]
    return next((place for place in places if place.exists()), None)


def export(network: Network, folder: Path) -> Path:
    """The network untrained, traced here."""
    script = ROOT / "scripts/export_torchvision.py"
    command = [sys.executable, script, network.eager, "--random", "-o", folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder / f"{network.eager}.pt"


def dataset(network: Network, data: Path) -> Json:
    """Section "dataset"; empty where images are to be drawn."""
    folder = ROOT / "configs/demo" if network.name == "demo" else data
    if not network.config or not (folder / network.images).exists():
        return {}
    section = json.loads((ROOT / "configs" / f"{network.config}.json").read_text())["dataset"]
    section["images"] = str(folder / network.images)
    if network.labels:
        section["labels"] = str(folder / network.labels)
    return section


def config(network: Network, model: Path, folder: Path, options: argparse.Namespace) -> Json:
    """What benchmark_campaigns reads."""
    runs = {f"{test}_runs": getattr(options, f"{test}_runs") or count for test, count in asdict(network.runs).items()}
    measuring = {"output": str(folder), "tests": options.tests, **runs,
                 "whole_trials": options.whole_trials, "repetitions": options.repetitions, "blocks": options.blocks,
                 "image_size": network.size, "plain_tier": options.plain_tier, "paced": True}
    return {"network": {"model": str(model), "device": options.device}, "dataset": dataset(network, options.data),
            "evaluation": {"batch": options.batch or network.batch, "threads": options.threads, **options.evaluation},
            "benchmark": measuring}


def start_python(network: Network, folder: Path, options: argparse.Namespace) -> dict[str, Contender]:
    """Python as it comes; and with the program's own settings of the allocator, which can be half of the difference."""
    command = [options.python, str(ROOT / "scripts/benchmark_python.py"), str(folder), "--eager", network.eager]
    started = {"python": Contender(command)} if options.python else {}
    if options.python and options.tuned:
        started["python_tuned"] = Contender(command, GLIBC_TUNABLES=KEEP_FREED_MEMORY)
    return started


def take_turns(ours: Contender, theirs: dict[str, Contender], network: Network, options: argparse.Namespace) -> Json:
    """What each printed."""
    found: Json = {"name": network.name, "header": ours.header, "repetitions": []}
    found |= {name: {"header": contender.header, "repetitions": []} for name, contender in theirs.items()}
    for repetition in range(options.repetitions):
        with options.around_repetition():
            found["repetitions"].append(ours.repeat())
        for name, contender in theirs.items():
            found[name]["repetitions"].append(contender.repeat())
        print(f"benchmark: {network.name}, repetition {repetition + 1} of {options.repetitions}", file=sys.stderr)
    return found


def measure(network: Network, model: Path, options: argparse.Namespace) -> Json:
    """All figures of one network."""
    folder = options.output / network.model
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config(network, model, folder, options), indent=1))
    ours = Contender([options.program, str(folder / "config.json")])
    (folder / "header.json").write_text(json.dumps(ours.header))
    theirs = start_python(network, folder, options)
    found = take_turns(ours, theirs, network, options)
    for contender in (ours, *theirs.values()):
        contender.end()
    faults = {test: benchmark_faults.read(folder / f"faults_{test}.csv") for test in ours.header["tests"]}
    found["summary"] = benchmark_table.summarise(found, faults)
    return found


def cpu_model(text: str) -> str:
    """From /proc/cpuinfo's text."""
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else "unknown CPU"


def machine(header: Json, options: argparse.Namespace) -> Json:
    return {"cpu": cpu_model(Path("/proc/cpuinfo").read_text()), "cores": os.cpu_count(), "threads": options.threads,
            "device": "cpu" if header["device"] == "cpu" else header["environment"]["device"],
            "libtorch": header["environment"]["libtorch"], "repetitions": options.repetitions}


def write(result: Json, output: Path) -> None:
    """The models' places are the machine's business, and no figure."""
    for network in result["networks"]:
        network["header"]["model"] = Path(network["header"]["model"]).name
    (output / "benchmark.json").write_text(json.dumps(result, indent=1) + "\n")
    (output / "benchmark.md").write_text(benchmark_table.markdown(result))


def run(options: argparse.Namespace) -> Json:
    """Measures what was asked for; writes after each network."""
    names = options.names or USUAL
    if unknown := [name for name in names if name not in KNOWN]:
        raise SystemExit(f"benchmark: {unknown[0]} is none of {', '.join(KNOWN)}")
    options.output = options.output.resolve()
    options.output.mkdir(parents=True, exist_ok=True)
    result: Json = {"machine": {}, "networks": []}
    for network in (KNOWN[name] for name in names):
        model = find_model(network, options) or export(network, options.networks)
        result["networks"].append(measure(network, model.resolve(), options))
        result["machine"] = machine(result["networks"][-1]["header"], options)
        write(result, options.output)
    return result


def tell_wrong(result: Json) -> int:
    """Exit code."""
    findings = [finding for network in result["networks"] for finding in benchmark_table.wrong(network)]
    print(*findings, sep="\n", file=sys.stderr)
    return DIFFERENT if findings else 0


def main() -> int:
    result = run(parser().parse_args())
    print(benchmark_table.markdown(result), end="")
    return tell_wrong(result)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("names", nargs="*", metavar="NETWORK",
                      help=f"of {', '.join(KNOWN)} (default: {' '.join(USUAL)})")
    made.add_argument("--program", default=str(ROOT / "build/benchmarks/tests/benchmarks/benchmark_campaigns"))
    made.add_argument("--python", default="", help="with torch and PyTorchFI; without it no Python loops are measured")
    made.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="real networks and images")
    made.add_argument("--networks", type=Path, default=ROOT / "build/networks",
                      help="untrained networks; exported where missing")
    made.add_argument("--output", type=Path, default=ROOT / "build/benchmark-result")
    made.add_argument("--device", default="cpu")
    made.add_argument("--threads", type=int, default=os.cpu_count())
    made.add_argument("--batch", type=int, default=0, help="images in a pass (default: the network's own)")
    made.add_argument("--blocks", type=int, default=1, help="batches of images that resumed trials see (default 1)")
    made.add_argument("--repetitions", type=int, default=5)
    made.add_argument("--whole-trials", type=int, default=5, help="of each test, in each repetition (default 5)")
    for test in asdict(Runs()):
        made.add_argument(f"--{test}-runs", type=int, default=0, help="(default: the network's own)")
    made.add_argument("--tests", type=lambda text: text.split(","), default=["full", "indexed", "layer"])
    made.add_argument("--evaluation", type=json.loads, default={}, metavar="JSON",
                      help="more of a config's section evaluation, such as '{\"block\": false}'")
    made.add_argument("--no-tuned", dest="tuned", action="store_false",
                      help="don't measure Python a second time with the program's settings of the allocator")
    made.set_defaults(around_repetition=contextlib.nullcontext)
    made.add_argument("--no-plain-tier", dest="plain_tier", action="store_false",
                      help="don't resume a second time without shortcuts")
    return made


if __name__ == "__main__":
    sys.exit(main())
