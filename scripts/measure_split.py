#!/usr/bin/env python3
"""Measures what `faultline plan` promises: two ways to spend the same time on one point of a full test, many runs on
few images of their own and 60 runs on all images, with the intervals that come out; and, from a reference of many runs
that are drawn again, how wide both are and how often they hold the truth.

    scripts/measure_split.py MODEL --images FILE --first 2000 --errors 50 --own 10 -o FOLDER [FLAGS of run...]

Time is the program's own on the processor (user and system), so that others on the machine don't matter; with one
thread by default. Results that are there already in FOLDER are read, not measured again."""
import argparse
import json
import os
import pathlib
import re
import resource
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("FAULTLINE", str(ROOT / "build/faultline"))
SIMULATOR = os.environ.get("SIMULATE_COVERAGE", str(ROOT / "build/tests/simulate_coverage"))


def measure(arguments, name, more):
    """The result in FOLDER/name, and the processor's seconds that it took."""
    folder = arguments.output / name
    seconds = folder / "processor_seconds.json"
    if not seconds.exists():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([PROGRAM, "run", arguments.model, "--test", "full", "--errors", str(arguments.errors),
                        "--threads", "1", *arguments.flags, *more, "--output", str(folder), "--progress", "none"],
                       check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        seconds.write_text(json.dumps(spent))
    return json.loads((folder / "result.json").read_text()), json.loads(seconds.read_text())


def line(name, result, seconds):
    top1 = result["points"][0]["statistics"]["top1"]
    interval = top1["interval"]
    runs = result["points"][0]["statistics"]["runs"]
    print(f"| {name} | {runs} | {seconds:.0f} s | {top1['mean']:.4f} | {interval['low']:.4f}..{interval['high']:.4f} | "
          f"{interval['high'] - interval['low']:.4f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--first", type=int, required=True, help="images of both ways")
    parser.add_argument("--errors", type=int, default=50)
    parser.add_argument("--own", type=int, default=10, help="images of a run's own")
    parser.add_argument("--runs", type=int, default=60, help="on all images")
    parser.add_argument("--trial", type=int, default=300, help="runs that tell what one on few images costs")
    parser.add_argument("--reference", type=int, default=600, help="runs of the reference")
    parser.add_argument("--reference-images", type=int, default=500)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    arguments, arguments.flags = parser.parse_known_args()
    first = ["--first", str(arguments.first)]
    own = [*first, "--images-per-run", str(arguments.own)]

    shared, shared_seconds = measure(arguments, "shared", [*first, "--runs", str(arguments.runs)])
    _, idle = measure(arguments, "start", [*own, "--runs", "1"])
    _, few = measure(arguments, "few", [*own, "--runs", str(arguments.trial)])
    cost = (few - idle) / (arguments.trial - 1)
    runs = max(2, int((shared_seconds - idle) / cost))
    planned, planned_seconds = measure(arguments, "own", [*own, "--runs", str(runs)])
    print("| images of a run | runs | processor time | mean top-1 | 95 % interval | width |\n|---|---|---|---|---|---|")
    line(f"{arguments.first}, shared", shared, shared_seconds)
    line(f"{arguments.own}, own", planned, planned_seconds)

    images = arguments.reference_images
    reference, _ = measure(arguments, "reference", ["--first", str(images), "--runs", str(arguments.reference),
                                                    "--seed", "1000"])
    right = arguments.output / "right.txt"
    right.write_text("\n".join(str(run["trials"][0]["tally"]["top1"]) for run in reference["runs"]) + "\n")
    found = subprocess.run([SIMULATOR, "1000", str(right), str(images), f"{arguments.runs}x{images}",
                            f"{runs}x{arguments.own}"], check=True, stdout=subprocess.PIPE, text=True)
    print(re.sub(r"\n\n+", "\n\n", found.stdout))


if __name__ == "__main__":
    main()
