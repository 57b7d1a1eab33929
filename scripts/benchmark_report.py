#!/usr/bin/env python3
"""Times `faultline report` on a result and prints a line: its trials and layers, the median of seconds, the page's
size.

    scripts/benchmark_report.py RESULT [--faultline build/faultline] [--repeat 7]
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEGA = 1e6


def seconds_of(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("result", type=pathlib.Path)
    parser.add_argument("--faultline", default=ROOT / "build/faultline")
    parser.add_argument("--repeat", type=int, default=7)
    arguments = parser.parse_args()
    file = arguments.result / "result.json" if arguments.result.is_dir() else arguments.result
    result = json.loads(file.read_text())
    trials = sum(len(run["trials"]) for run in result["runs"])
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.html"
        command = [str(arguments.faultline), "report", str(file), "--force", "--output", str(page)]
        times = [seconds_of(command) for _ in range(arguments.repeat)]
        print(f"{trials} trials, {len(result['network']['layers'])} layers: {statistics.median(times):.2f} s "
              f"({min(times):.2f} to {max(times):.2f}, {arguments.repeat} times), {page.stat().st_size / MEGA:.2f} MB")


if __name__ == "__main__":
    main()
