#!/usr/bin/env python3
"""Measure some trials of a campaign again, in PyTorch and Pillow, sharing no code with faultline.

The fault list is checked as a whole; then the faults of sampled trials are put into the model's words, the images are
prepared and classified, and every count is compared with the result's. Ends with 0: all counts are equal; 4: some are
not, or the fault list is wrong; 2: used wrongly, or a setting that can't be reproduced here; 3: files are missing,
damaged or not those of the result.

Images are measured in the result's own blocks of `batch`, since other batches may give other last bits; equal counts
can only be asked of the same device, PyTorch and number of threads. A difference of these is told first.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

import crosscheck_faults
import crosscheck_images
import crosscheck_labels
import crosscheck_network  # before anything else that imports torch
import crosscheck_result
import crosscheck_sample
import crosscheck_tally
import numpy
import torch
from crosscheck_network import Network, Words
from crosscheck_result import BadInput, Result, Stored, Trial, Unsupported

EQUAL, USAGE, BAD_INPUT, DIFFERENT = 0, 2, 3, 4

Tally = dict[str, int]


def choose_device(result: Result, asked: str | None) -> torch.device:
    name = asked or ("cpu" if result.get("environment", "device") == "cpu" else "cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise Unsupported("there is no CUDA device here; --device cpu measures on the CPU, where last bits may differ")
    return torch.device(name)


def notes(result: Result, device: torch.device) -> list[str]:
    """What is otherwise than it was when the result was made, and may explain differences."""
    here = {"libtorch": torch.__version__.split("+")[0],
            "device": "cpu" if device.type == "cpu" else torch.cuda.get_device_name(device)}
    if device.type == "cpu":
        here["cpu_isa"] = torch.backends.cpu.get_cpu_capability()
    recorded = {key: str(result.find("", "environment", key)).split("+")[0] for key in here}
    return [f"note: {key} is {here[key]} here, but was {recorded[key]}" for key in here if here[key] != recorded[key]]


def faulty_words(trial: Trial, faults: crosscheck_faults.Faults, network: Network) -> Words:
    """The words that are stored during the trial: its ancestors' faults strike one by one, then its own."""
    words: dict[int, dict[int, int]] = {}
    for row in (row for one in trial.chain() for row in range(one.first, one.first + one.count)):
        tensor, element = int(faults.tensor[row]), int(faults.element[row])
        of_tensor = words.setdefault(tensor, {})
        found = of_tensor.get(element, int(network.golden_words(tensor)[element]))
        made = found ^ int(faults.mask[row])
        # The list was checked as a whole, in another way.
        assert (found, made) == (int(faults.before[row]), int(faults.after[row])), f"row {row}"
        of_tensor[element] = made
    return {tensor: (list(of_tensor), list(of_tensor.values())) for tensor, of_tensor in words.items()}


def padded(images: numpy.ndarray, batch: int) -> numpy.ndarray:
    """The last image again and again until the batch is full: other batches may give other last bits."""
    return numpy.concatenate([images, numpy.repeat(images[-1:], batch - len(images), axis=0)])


def measure(network: Network, pixels: numpy.ndarray, labels: numpy.ndarray, batch: int, config: dict[str, Any],
            trials: list[Words]) -> list[Tally]:
    """Golden's tally, then one for each trial. Images outside, trials inside: each block is prepared once."""
    tallies = [crosscheck_tally.zero() for _ in range(len(trials) + 1)]
    for first in range(0, len(pixels), batch):
        wanted = labels[first : first + batch]
        images = padded(crosscheck_images.normalise(pixels[first : first + batch], config), batch)
        golden = network.forward(images)[: len(wanted)]
        if golden.ndim != 2 or wanted.max() >= golden.shape[1]:
            raise BadInput(f"the network gives {golden.shape} scores, the largest label is {wanted.max()}")
        for place, words in enumerate([{}, *trials]):
            with network.words(words):
                logits = network.forward(images)[: len(wanted)]
            tallies[place] = crosscheck_tally.add(tallies[place], crosscheck_tally.tally(logits, golden, wanted))
    return tallies


def compare(name: str, recorded: Tally, found: Tally) -> bool:
    """Prints one line; true when all counts are equal."""
    wrong = crosscheck_tally.differences(recorded, found)
    shown = f"top1 {found['top1']} of {found['images']}, nonfinite {found['nonfinite']}"
    print(f"{'differs' if wrong else 'equal  '}  {name}: {'; '.join(wrong) or shown}", flush=True)
    return not wrong


def choose_model(result: Result, stored: Stored, options: argparse.Namespace) -> Path:
    """The format's file: as given, else where the config has it."""
    if stored.file == "network.model":
        return options.model or Path(result.get("config", "network", "model"))
    files = options.quantized or [Path(name) for name in result.find([], "config", "network", "quantized")]
    place = re.fullmatch(r"network\.quantized\[(\d+)\]", stored.file)
    if not place or int(place[1]) >= len(files):
        there = f"there are {len(files)} quantized files"
        raise BadInput(f"{result.path}: {stored.name} lies in {stored.file}, but {there}")
    return files[int(place[1])]


def open_networks(result: Result, options: argparse.Namespace, device: torch.device) -> list[Network]:
    """One for each format, from the files that the result speaks of."""
    networks = []
    for number, stored in enumerate(result.formats):
        model = choose_model(result, stored, options)
        crosscheck_result.require_sha256(model, stored.model_sha256, f"formats[{number}].model_sha256")
        networks.append(Network(model, result.tensors, device, number))
    return networks


def check_format(result: Result, number: int, trials: list[Trial], faults: crosscheck_faults.Faults, network: Network,
                 images: tuple[numpy.ndarray, numpy.ndarray], batch: int) -> list[bool]:
    """Golden's counts and those of each trial, all of one format: equal or not."""
    config = result.get("config", "dataset")
    words = [faulty_words(trial, faults, network) for trial in trials]
    golden, *tallies = measure(network, *images, batch, config, words)
    recorded = result.get("golden")[number]
    name = f"{result.formats[number].name} golden" if len(result.formats) > 1 else "golden"
    equal = [compare(f"{name} {when}", recorded[when], golden) for when in ("before", "after") if when in recorded]
    return equal + [compare(f"run {trial.run} {trial.key}", trial.tally, found)
                    for trial, found in zip(trials, tallies)]


def check_counts(result: Result, faults: crosscheck_faults.Faults, networks: list[Network],
                 options: argparse.Namespace) -> int:
    """Exit code."""
    config = result.get("config", "dataset")
    source = crosscheck_labels.source(result, options.images, options.labels)
    items = crosscheck_labels.read(result, source)
    pixels = crosscheck_images.load(source, items, config, torch.get_num_threads())
    labels = numpy.array([item.label for item in items])
    trials = crosscheck_sample.choose(result, faults, options.trials, options.seed, options.include_deadly)
    batch = options.batch or result.find(None, "environment", "batch") or result.get("config", "evaluation", "batch")
    equal = []
    for number, network in enumerate(networks):
        own = [trial for trial in trials if trial.format == number]
        equal += check_format(result, number, own, faults, network, (pixels, labels), batch)
    wrong = equal.count(False)
    print(f"golden and {len(trials)} of {len(result.trials)} trials on {len(pixels)} images: "
          f"{f'{wrong} differ' if wrong else 'all counts are equal'}")
    return DIFFERENT if wrong else EQUAL


def check(options: argparse.Namespace) -> int:
    """Exit code. Raises BadInput and Unsupported."""
    result = crosscheck_result.read(options.result)
    faults = crosscheck_faults.read(result)
    device = choose_device(result, options.device)
    crosscheck_network.fix_numerics(result.find(1, "environment", "threads"))
    networks = open_networks(result, options, device)
    for note in notes(result, device):
        print(note)
    findings = crosscheck_faults.check(result, faults, lambda stored, tensor: networks[stored].golden_words(tensor))
    for finding in findings:
        print(f"wrong    {finding}")
    if findings:
        print("the fault list is not what the result says; no trial was measured")
        return DIFFERENT
    print(f"{len(faults)} faults: places, bits and words agree with the model")
    return check_counts(result, faults, networks, options)


def positive(text: str) -> int:
    if int(text) < 1:
        raise ValueError
    return int(text)


def read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("result", type=Path, help="a campaign's folder, or its result.json")
    parser.add_argument("--model", type=Path, help="TorchScript file (default: the result's)")
    parser.add_argument("--quantized", type=lambda text: [Path(name) for name in text.split(",")],
                        help="the same network in other formats, FILE,... (default: the result's)")
    parser.add_argument("--images", type=Path, help="folder or CIFAR-10 file (default: the result's)")
    parser.add_argument("--labels", type=Path, help="labels file (default: the result's)")
    parser.add_argument("--trials", type=positive, default=30, help="how many trials are measured again (default 30)")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of trials (default 1)")
    parser.add_argument("--device", choices=["cpu", "cuda"], help="default: the result's")
    parser.add_argument("--batch", type=positive, help="images in a pass (default: the result's, as bits may need)")
    parser.add_argument("--include-deadly", action="store_true", help="add every trial that gave NaN or Inf")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = read_options(arguments)
    try:
        return check(options)
    except (BadInput, Unsupported) as error:
        print(f"crosscheck: {error}", file=sys.stderr)
        return BAD_INPUT if isinstance(error, BadInput) else USAGE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
