#!/usr/bin/env python3
"""The benchmark of campaigns on a CUDA device: untrained networks made on the spot, drawn images, the same contenders.

Ends as benchmark_campaigns.py does. Says how busy the device was while the program measured, and how long the paper's
campaign (60 runs on 50,000 images) would take.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import benchmark_campaigns
import benchmark_table

BATCHES = {"alexnet": 512, "vgg16": 128, "googlenet": 512, "squeezenet1_0": 512, "squeezenet1_1": 512, "resnet18": 512}
PAPER_RUNS, PAPER_IMAGES = 60, 50_000
SAMPLE = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "-lms", "250"]

Json = dict[str, Any]


class Busy:
    """Samples how busy the device is, in percent, while a scope lasts."""

    def __init__(self) -> None:
        self.percents: list[float] = []

    @contextmanager
    def sampled(self) -> Iterator[None]:
        if not shutil.which(SAMPLE[0]):
            yield
            return
        with subprocess.Popen(SAMPLE, stdout=subprocess.PIPE, text=True) as sampler:
            try:
                yield
            finally:
                sampler.terminate()
                lines = sampler.stdout.read().split()
                self.percents += [float(line) for line in lines if line.isdigit()]

    def take(self) -> float | None:
        """The mean since the last time."""
        percents, self.percents = self.percents, []
        return statistics.mean(percents) if percents else None


def campaign_seconds(*, image_count: int, batch: int, runs: int, points: int, trial_seconds: float) -> float:
    """`trial_seconds`: of one trial on one batch, golden's part included."""
    return -(-image_count // batch) * runs * points * trial_seconds


def paper_seconds(network: Json) -> dict[str, float]:
    """For each test."""
    header = network["header"]
    return {test: campaign_seconds(image_count=PAPER_IMAGES, batch=header["images"]["count"], runs=PAPER_RUNS,
                                   points=header["tests"][test]["points"], trial_seconds=found["resumed"]["seconds"])
            for test, found in network["summary"]["tests"].items()}


def told(network: Json) -> str:
    hours = ", ".join(f"{test} {seconds / 3600:.2f} h" for test, seconds in network["paper_seconds"].items())
    busy = "not known" if network["busy_percent"] is None else f"{network['busy_percent']:.0f} %"
    return f"* {network['name']}: device busy {busy}; {PAPER_RUNS} runs on {PAPER_IMAGES} images: {hours}."


def run(options: argparse.Namespace) -> Json:
    busy = Busy()
    options.around_repetition = busy.sampled
    options.output = options.output.resolve()
    options.output.mkdir(parents=True, exist_ok=True)
    result: Json = {"machine": {}, "networks": []}
    for name in options.names or BATCHES:
        known = benchmark_campaigns.KNOWN[name]
        model = benchmark_campaigns.find_model(known, options) or benchmark_campaigns.export(known, options.networks)
        batch = options.batch or BATCHES[name]
        own = argparse.Namespace(**{**vars(options), "batch": batch, "blocks": max(1, options.images // batch)})
        network = benchmark_campaigns.measure(known, model.resolve(), own)
        network |= {"busy_percent": busy.take(), "paper_seconds": paper_seconds(network)}
        result["networks"].append(network)
        result["machine"] = benchmark_campaigns.machine(network["header"], own)
        benchmark_campaigns.write(result, options.output)
    return result


def main() -> int:
    parser = benchmark_campaigns.parser()
    parser.description = __doc__
    parser.add_argument("--images", type=int, default=10_000, help="that resumed trials see (default 10000)")
    parser.set_defaults(device="cuda", plain_tier=False, tuned=False, python=sys.executable,
                        full_runs=10, indexed_runs=1, layer_runs=2)
    result = run(parser.parse_args())
    print(benchmark_table.markdown(result), *map(told, result["networks"]), sep="\n")
    return benchmark_campaigns.tell_wrong(result)


if __name__ == "__main__":
    sys.exit(main())
