#!/usr/bin/env python3
"""Times `faultline merge` on made-up shards of a campaign as large as any: by default 64 of 1000 runs at 50 points.

The first line of each journal is a real one, of an empty shard of such a campaign on the demo; the records after it are
invented (every trial spoils a few images). Prints the journals' size, seconds, MB/s and the peak of memory of merge
--no-result, and beside it the same for a quarter of the runs: memory must follow the campaign, not the journals.

    scripts/benchmark_merge.py [--faultline build/faultline] [--shards 64] [--runs 1000] [--points 50] [--repeat 5]
"""

import argparse
import hashlib
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEGA = 1e6
BATCH = 8
RUNS_IN_RECORD = 20


def line(entry: dict) -> str:
    text = json.dumps(entry, separators=(",", ":"))
    return '{"entry":%s,"sha256":"%s"}\n' % (text, hashlib.sha256(text.encode()).hexdigest())


def tally(spoilt: int) -> list[int]:
    return [BATCH, BATCH - spoilt, BATCH - spoilt, BATCH - spoilt, 0, spoilt, 0, 0, spoilt]


def record(number: int, first: int, points: int, random_numbers: random.Random) -> dict:
    tallies = [[tally(random_numbers.randint(0, BATCH)) for _ in range(points)] for _ in range(RUNS_IN_RECORD)]
    return {"line": number, "format": 0, "block": 0, "runs": [first, RUNS_IN_RECORD], "golden": tally(0),
            "tallies": tallies, "checks": [1, points, points], "weights": "0123456789abcdef", "seconds": 1.5}


def first_line(program: str, folder: pathlib.Path, runs: int, points: int) -> dict:
    """Of an empty shard: there are more shards than runs."""
    subprocess.run([program, "run", "--config", str(ROOT / "configs/demo.json"), "--test", "full", "--errors",
                    f"1-{points}", "--first", str(BATCH), "--batch", str(BATCH), "--runs", str(runs), "--shard",
                    f"1/{runs + 1}", "--output", str(folder), "--progress", "none"],
                   check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    with open(folder / "journal.jsonl", encoding="utf-8") as journal:
        return json.loads(journal.readline())["entry"]


def make_shards(folder: pathlib.Path, header: dict, shards: int, runs: int, points: int) -> list[str]:
    folders = []
    numbers = random.Random(1)
    for shard in range(shards):
        header["campaign"]["shard"] = [shard + 1, shards]
        own = folder / f"shard-{shard + 1}"
        own.mkdir()
        with open(own / "journal.jsonl", "w", encoding="utf-8") as journal:
            journal.write(line(header))
            for number, first in enumerate(range(shard * runs, (shard + 1) * runs, RUNS_IN_RECORD), start=1):
                journal.write(line(record(number, first, points, numbers)))
        folders.append(str(own))
    return folders


def merged(program: str, folders: list[str], output: pathlib.Path) -> tuple[float, float]:
    """Seconds and the peak of memory in MB."""
    start = time.monotonic()
    process = subprocess.Popen([program, "merge", *folders, "--no-result", "--force", "--output", str(output)],
                               stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"merge ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - start, usage.ru_maxrss * 1024 / MEGA


def measure(options: argparse.Namespace, runs: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        header = first_line(options.faultline, folder / "empty", options.shards * runs, options.points)
        folders = make_shards(folder, header, options.shards, runs, options.points)
        size = sum(os.path.getsize(f"{one}/journal.jsonl") for one in folders) / MEGA
        times, peaks = zip(*(merged(options.faultline, folders, folder / "merged") for _ in range(options.repeat)))
        median = statistics.median(times)
        print(f"{options.shards} shards x {runs} runs x {options.points} points: {size:.0f} MB in {median:.2f} s "
              f"({min(times):.2f} to {max(times):.2f}), {size / median:.0f} MB/s, peak {max(peaks):.0f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faultline", default=str(ROOT / "build/faultline"))
    parser.add_argument("--shards", type=int, default=64)
    parser.add_argument("--runs", type=int, default=1000, help="of each shard")
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    for runs in (options.runs // 4 // RUNS_IN_RECORD * RUNS_IN_RECORD, options.runs):
        measure(options, runs)


if __name__ == "__main__":
    main()
