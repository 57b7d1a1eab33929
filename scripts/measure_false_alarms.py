#!/usr/bin/env python3
"""How often does `faultline compare` cry wolf? One network is measured under many seeds; each result is cut into blocks
of runs that nothing else uses, and blocks of different seeds are compared in pairs. All differences are chance, so at
most 5 % of the comparisons may end with 1.

  scripts/measure_false_alarms.py [--comparisons 200] [--seeds 40] [--runs 20] [--work FOLDER]
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("FAULTLINE", str(ROOT / "build" / "faultline"))
CAMPAIGN = ["--bits", "22,25,26,31", "--positions", "20", "--first", "100", "--threads", "1", "--progress", "none"]


def measure(folder: pathlib.Path, seed: int, runs: int) -> dict:
    """A campaign on the demo's network; one that is done already takes no time."""
    command = [PROGRAM, "run", "--config", str(ROOT / "configs" / "demo.json"), *CAMPAIGN]
    command += ["--seed", str(seed), "--runs", str(runs), "--output", str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return json.loads((folder / "result.json").read_text())


def write_block(folder: pathlib.Path, result: dict, first: int, count: int) -> pathlib.Path:
    """Some of the result's runs as a result of their own."""
    block = dict(result, runs=result["runs"][first : first + count])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(json.dumps(block))
    return folder


def compare(base: pathlib.Path, new: pathlib.Path) -> tuple[int, dict]:
    told = new / "comparison.json"
    done = subprocess.run(
        [PROGRAM, "compare", str(base), str(new), "--json", str(told)], stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode not in (0, 1):
        sys.exit(f"compare ended with {done.returncode}")
    return done.returncode, json.loads(told.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--comparisons", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=40, help="even; campaigns to cut blocks from")
    parser.add_argument("--runs", type=int, default=20, help="of each side of a comparison")
    parser.add_argument("--work", type=pathlib.Path, help="keeps the campaigns there")
    options = parser.parse_args()
    blocks = -(-2 * options.comparisons // options.seeds)  # of each campaign
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        results = []
        for seed in range(1, options.seeds + 1):
            results.append(measure(work / f"seed-{seed}", seed, blocks * options.runs))
            print(f"\r{seed} of {options.seeds} campaigns", end="", file=sys.stderr)
        counts = collections.Counter()
        pairs = [(seed, block) for block in range(blocks) for seed in range(0, options.seeds, 2)]
        for place, (seed, block) in enumerate(pairs[: options.comparisons]):
            sides = [
                write_block(work / f"block-{side}", results[seed + side], block * options.runs, options.runs)
                for side in range(2)
            ]
            code, told = compare(*sides)
            counts["alarms"] += code
            counts["changes either way"] += any(point["finding"] != "no evidence" for point in told["points"])
            counts["points"] += len(told["points"])
            counts["points with p of at most 0.05"] += sum(point["p"] <= 0.05 for point in told["points"])
            print(f"\r{place + 1} of {options.comparisons} comparisons", end="", file=sys.stderr)
    print(file=sys.stderr)
    for name, count in counts.items():
        print(f"{name}: {count}")
    share = counts["alarms"] / options.comparisons
    print(f"false alarms: {counts['alarms']} of {options.comparisons} comparisons ({100 * share:.1f} %)")
    sys.exit(share > 0.05)


if __name__ == "__main__":
    main()
