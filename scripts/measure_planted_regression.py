#!/usr/bin/env python3
"""Does `faultline compare` find a regression that accuracy alone doesn't show? The weights of one convolution are scaled
and the batch-norm after it takes that back, so that the network computes the same; but the stored words have another
exponent, and other bits of them are dangerous. Needs torch.

  scripts/measure_planted_regression.py MODEL --images FILE [--layer layer2.0.conv1] [--norm layer2.0.bn1] [--factor 0.5]
      [--runs 40] [--first 300] [--bits 23-26,31] [--work FOLDER] [-- more flags of faultline run]
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("FAULTLINE", str(ROOT / "build" / "faultline"))


def plant(model: str, planted: pathlib.Path, options) -> None:
    """convolution x factor, and batch-norm's running mean and deviation with it: sqrt(v' + eps) = f sqrt(v + eps)."""
    network = torch.jit.load(model)
    tensors = dict(network.named_parameters()) | dict(network.named_buffers())
    with torch.no_grad():
        tensors[f"{options.layer}.weight"].mul_(options.factor)
        tensors[f"{options.norm}.running_mean"].mul_(options.factor)
        square = options.factor**2
        tensors[f"{options.norm}.running_var"].mul_(square).add_((square - 1) * options.epsilon)
    network.save(str(planted))


def measure(model: str, folder: pathlib.Path, options) -> dict:
    command = [PROGRAM, "run", model, "--config", str(ROOT / options.config), "--images", options.images]
    command += ["--test", "indexed", "--bits", options.bits, "--positions", str(options.positions)]
    command += ["--tensors", options.tensors or f"{options.layer}.weight", "--runs", str(options.runs)]
    command += ["--first", str(options.first), "--output", str(folder), "--progress", "none", *options.more]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return json.loads((folder / "result.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("model")
    parser.add_argument("--images", required=True)
    parser.add_argument("--config", default="configs/resnet20_cifar10.json")
    parser.add_argument("--layer", default="layer2.0.conv1", help="a convolution")
    parser.add_argument("--norm", default="layer2.0.bn1", help="the batch-norm after it")
    parser.add_argument("--factor", type=float, default=0.5, help="a power of two, so that words keep their digits")
    parser.add_argument("--epsilon", type=float, default=1e-5, help="of the batch-norm")
    parser.add_argument("--tensors", help="that faults may strike; the planted one unless given")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--positions", type=int, default=50)
    parser.add_argument("--first", type=int, default=300)
    parser.add_argument("--bits", default="23-26,31")
    parser.add_argument("--work", type=pathlib.Path, help="keeps models and campaigns there")
    parser.add_argument("more", nargs="*", help="more flags of faultline run, after --")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        planted = work / "planted.pt"
        work.mkdir(parents=True, exist_ok=True)
        plant(options.model, planted, options)
        results = {name: measure(model, work / name, options) for name, model in
                   (("base", options.model), ("planted", str(planted)))}
        for name, result in results.items():
            print(f"{name}: golden top-1 {result['golden'][0]['before']['top1']} of {result['images']['count']}")
        sys.stdout.flush()
        code = subprocess.run([PROGRAM, "compare", str(work / "base"), str(work / "planted")], check=False).returncode
        print(f"compare ended with {code}")


if __name__ == "__main__":
    main()
