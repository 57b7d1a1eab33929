#!/usr/bin/env python3
"""Holds the program's peak memory against the budgets it is given, on real and on untrained networks.

For each network a short full-network campaign is run with the budget that it would like to have, then with less and
less until it refuses. A run's peak is the most anonymous memory it was seen to have (sampled from /proc). Prints a line
for each run. Ends with 4 when a peak lies above its budget, or when a campaign's counts depend on its budget.

    scripts/check_memory.py [NETWORK...]    (--help for all)
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import benchmark_campaigns

ROOT = Path(__file__).resolve().parents[1]
NETWORKS = ["resnet20_cifar10", "squeezenet_v1.1", "googlenet_bvlc", "alexnet", "vgg16"]
PREPARED_LIKE = "googlenet_bvlc"  # images of untrained networks; any will do
MEBI = 1 << 20
WRONG, REFUSED = 4, 2

Json = dict[str, Any]


@dataclass
class Run:
    code: int
    peak_bytes: int
    said: str
    result: Json


def anonymous_bytes(process: int) -> int:
    """0 once it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def watched(command: list[str], folder: Path) -> Run:
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        peak = 0
        while process.poll() is None:
            peak = max(peak, anonymous_bytes(process.pid))
            time.sleep(0.005)
        said.seek(0)
        text = " ".join(said.read().split())
    result = json.loads((folder / "result/result.json").read_text()) if process.returncode == 0 else {}
    return Run(process.returncode, peak, text, result)


def campaign(name: str, budget: str, folder: Path, options: argparse.Namespace) -> Run:
    network = benchmark_campaigns.KNOWN[name]
    model = benchmark_campaigns.find_model(network, options) or benchmark_campaigns.export(network, options.networks)
    like = network if network.config else benchmark_campaigns.KNOWN[PREPARED_LIKE]
    config = {"dataset": {**benchmark_campaigns.dataset(like, options.data), "first": options.images},
              "campaign": {"test": "full", "runs": 2, "errors": list(range(1, 11))},
              "evaluation": {"memory": budget, "batch": options.batch, "verify": 0}}
    (folder / "config.json").write_text(json.dumps(config))
    return watched([options.program, "run", str(model), "--config", str(folder / "config.json"), "--force",
                    "--log-level", "error", "--output", str(folder / "result")], folder)


def told(name: str, budget_bytes: int, run: Run) -> str:
    if run.code == REFUSED:
        return f"{name}, {budget_bytes / MEBI:.0f} MiB: refused: {run.said}"
    if run.code != 0:
        return f"{name}, {budget_bytes / MEBI:.0f} MiB: ended with {run.code}: {run.said}"
    measured = run.result["timing"]["formats"][0]
    work, memory = measured["work"], measured["memory"]
    return (f"{name}, {budget_bytes / MEBI:.0f} MiB: peak {run.peak_bytes / MEBI:.0f} MiB, "
            f"{memory['expected_bytes'] / MEBI:.0f} expected; batch {run.result['environment']['batch']}, "
            f"{work['kept_values']} of {work['wanted_values']} values kept")


def check(name: str, options: argparse.Namespace) -> bool:
    """Whether every run that was not refused stayed within its budget and counted alike."""
    sound = True
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ample = campaign(name, "auto", folder, options)
        if ample.code != 0:
            print(told(name, 0, ample))
            return False
        budget = ample.result["timing"]["formats"][0]["memory"]["expected_bytes"] + MEBI
        while True:
            budget = budget // MEBI * MEBI
            run = campaign(name, f"{budget // MEBI}MiB", folder, options)
            print(told(name, budget, run), flush=True)
            if run.code == REFUSED:
                return sound
            same_batch = run.code == 0 and run.result["environment"]["batch"] == ample.result["environment"]["batch"]
            sound &= run.code == 0 and run.peak_bytes <= budget
            sound &= not same_batch or run.result["runs"] == ample.result["runs"]
            budget = int(budget * options.step)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NETWORK", help=f"(default: {' '.join(NETWORKS)})")
    parser.add_argument("--program", default=str(ROOT / "build/faultline"))
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="real networks and images")
    parser.add_argument("--networks", type=Path, default=ROOT / "build/networks", help="untrained networks")
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--batch", type=int, default=0, help="0: what memory allows")
    parser.add_argument("--step", type=float, default=0.85, help="from one budget to the next (default 0.85)")
    options = parser.parse_args()
    results = [check(name, options) for name in options.names or NETWORKS]
    return 0 if all(results) else WRONG


if __name__ == "__main__":
    sys.exit(main())
