#!/usr/bin/env python3
"""Does `faultline compare` find a regression that accuracy alone doesn't show? The weights of one convolution are
scaled and the batch-norm after it takes that back, so that the network computes the same; but the stored words have
another exponent: of a weight of 2 or more, which small ones never are, each flipped bit of the exponent but the highest
makes a huge one. Needs torch.

  scripts/measure_planted_regression.py MODEL --images FILE [--layer conv1] [--norm bn1] [--factor 2] [--runs 20]
      [--first 200] [--bits 0,22-31] [--work FOLDER] [-- more flags of faultline run]
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


def measure(model: str, seed: int, folder: pathlib.Path, options) -> dict:
    command = [PROGRAM, "run", model, "--config", str(ROOT / options.config), "--images", options.images]
    command += ["--test", "indexed", "--bits", options.bits, "--positions", str(options.positions)]
    command += ["--tensors", options.tensors or f"{options.layer}.weight", "--runs", str(options.runs)]
    command += ["--seed", str(seed), "--first", str(options.first), "--output", str(folder)]
    command += ["--progress", "none", *options.more]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return json.loads((folder / "result.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("model")
    parser.add_argument("--images", required=True)
    parser.add_argument("--config", default="configs/resnet20_cifar10.json")
    parser.add_argument("--layer", default="conv1", help="a convolution")
    parser.add_argument("--norm", default="bn1", help="the batch-norm after it")
    parser.add_argument("--factor", type=float, default=2, help="a power of two, so that words keep their digits")
    parser.add_argument("--epsilon", type=float, default=1e-5, help="of the batch-norm")
    parser.add_argument("--tensors", help="that faults may strike; the planted one unless given")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--positions", type=int, default=20)
    parser.add_argument("--first", type=int, default=200)
    parser.add_argument("--bits", default="0,22-31")
    parser.add_argument("--planted-seed", type=int, default=1, help="1: the same faults; else runs can't be paired")
    parser.add_argument("--work", type=pathlib.Path, help="keeps models and campaigns there")
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = parser.parse_args(sys.argv[1:end])
    options.more = sys.argv[end + 1 :]  # for faultline run
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        planted = work / "planted.pt"
        work.mkdir(parents=True, exist_ok=True)
        plant(options.model, planted, options)
        results = {
            "base": measure(options.model, 1, work / "base", options),
            "planted": measure(str(planted), options.planted_seed, work / "planted", options),
        }
        for name, result in results.items():
            print(f"{name}: golden top-1 {result['golden'][0]['before']['top1']} of {result['images']['count']}")
        sys.stdout.flush()
        code = subprocess.run([PROGRAM, "compare", str(work / "base"), str(work / "planted")], check=False).returncode
        print(f"compare ended with {code}")


if __name__ == "__main__":
    main()
