#!/usr/bin/env python3
"""The benchmark's table for the README, from its JSON: benchmark_table.py RESULT.json

A network's figures are medians over repetitions; `summarise` makes them once all are measured.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import benchmark_limit
from benchmark_faults import Added

Json = dict[str, Any]


def median(repetitions: list[Json], value: Callable[[Json], float]) -> float:
    return statistics.median(value(repetition) for repetition in repetitions)


def step_medians(repetitions: list[Json], kind: str) -> list[float]:
    return [statistics.median(times) for times in zip(*(repetition["steps"][kind] for repetition in repetitions))]


def narrow_medians(header: Json, repetitions: list[Json]) -> list[float]:
    """0 for layers of which the program takes no block of channels; a wider block's share of the layer."""
    layers = repetitions[-1]["work"]["layers"]
    outputs = {step: tensor["shape"][0] for tensor in header["tensors"] for step in tensor["touched"]}
    full, narrow = step_medians(repetitions, "full"), step_medians(repetitions, "narrow")

    def seconds(step: int, layer: int) -> float:
        width = layers[layer]["block_width"] if layer >= 0 and narrow[step] > 0 else 0
        if width == benchmark_limit.BLOCK:
            return narrow[step]
        return full[step] * width / outputs[step] if width else 0.0

    return [seconds(step, about["layer"]) for step, about in enumerate(header["steps"])]


def limits(header: Json, repetitions: list[Json], test: str, added: Added) -> Json:
    """Of one test, by the program's own step times (a pass of the reference over these) and by MACs, with and without
    blocks of channels."""
    about = header["tests"][test]
    trials = [added.get((run, point), []) for run in range(about["runs"]) for point in range(about["points"])]
    tensors, macs = header["tensors"], [step["macs"] for step in header["steps"]]
    full, narrow = step_medians(repetitions, "full"), narrow_medians(header, repetitions)
    few_macs = benchmark_limit.narrow_macs(tensors, macs, [time > 0 for time in narrow])
    whole = median(repetitions, lambda repetition: repetition["forward"])

    def of(whole_cost: float, *costs: list[float]) -> float:
        return benchmark_limit.ratio(whole_cost, benchmark_limit.mean_cost(trials, tensors, *costs))

    return {"time": of(whole, full, narrow), "time_plain": of(whole, full),
            "macs": of(sum(macs), macs, few_macs), "macs_plain": of(sum(macs), macs)}


def resumed_figures(header: Json, repetitions: list[Json], test: str, way: str) -> Json:
    """Seconds a trial and block, the golden passes' part in it; probing happens once in a campaign and is apart."""
    about = header["tests"][test]
    count = about["runs"] * about["points"] * header["images"]["blocks"]

    def seconds(repetition: Json) -> float:
        spent = repetition["tests"][test][way]
        return spent["seconds"] - spent["probe"] - spent["verify"]

    def overhead(repetition: Json) -> float:
        return 1 - repetition["tests"][test][way]["trials"] / seconds(repetition)

    return {"seconds": median(repetitions, seconds) / count, "overhead": median(repetitions, overhead),
            "probe_seconds": max(repetition["tests"][test][way]["probe"] for repetition in repetitions)}


def summarise_test(network: Json, test: str, added: Added) -> Json:
    header, repetitions = network["header"], network["repetitions"]
    sampled = len(header["tests"][test]["sampled"])
    whole = median(repetitions, lambda repetition: repetition["tests"][test]["whole"]["trials"]) / sampled
    found: Json = {"whole": whole, "resumed": resumed_figures(header, repetitions, test, "resumed"),
                   "limit": limits(header, repetitions, test, added),
                   "differences": sum(repetition["tests"][test]["differences"] for repetition in repetitions)}
    found["ratio"] = whole / found["resumed"]["seconds"]
    found["share_of_limit"] = found["ratio"] / found["limit"]["time"]
    if all("plain" in repetition["tests"][test] for repetition in repetitions):
        found["plain"] = resumed_figures(header, repetitions, test, "plain")
        found["plain"]["ratio"] = whole / found["plain"]["seconds"]
    for name, seconds in python_seconds(network, test).items():
        found[name] = {"seconds": seconds, "ratio": seconds / found["resumed"]["seconds"]}
    return found


def python_seconds(network: Json, test: str) -> dict[str, float]:
    """Of the contenders that measured this test: the median over all of their trials."""
    times: dict[str, list[float]] = {}
    for process, ending in (("python", ""), ("python_tuned", "_tuned")):
        for repetition in network.get(process, {}).get("repetitions", []):
            for name, measured in repetition["tests"].get(test, {}).items():
                times.setdefault(name + ending, []).extend(measured["seconds"])
    return {name: statistics.median(all_times) for name, all_times in times.items() if all_times}


def python_differences(network: Json) -> int:
    """How many trials of the plain loop kept golden's class in another number of images than ours did."""
    wrong = 0
    for ours, theirs in zip(network["repetitions"], network.get("python", {}).get("repetitions", [])):
        for test, measured in theirs["tests"].items():
            pairs = zip(ours["tests"][test]["unchanged"], measured["plain_python"]["unchanged"], strict=True)
            wrong += sum(left != right for left, right in pairs)
    return wrong


def summarise(network: Json, faults: dict[str, Added]) -> Json:
    """`network`: header, repetitions and python, as its processes printed them."""
    repetitions = network["repetitions"]
    return {"forward": median(repetitions, lambda repetition: repetition["forward"]),
            "walk": median(repetitions, lambda repetition: repetition["walk"]),
            "walk_over_forward": median(repetitions, lambda repetition: repetition["walk"] / repetition["forward"]),
            "kept_bytes": network["header"]["kept_bytes"],
            "peak_bytes": max(repetition["peak_bytes"] for repetition in repetitions),
            "python_differences": python_differences(network),
            "tests": {test: summarise_test(network, test, faults[test]) for test in network["header"]["tests"]}}


def shown(number: float | None) -> str:
    """Three figures; a dash where there is none."""
    if number is None:
        return "–"
    return f"{number:.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.3g}"


def times(number: float | None) -> str:
    return "–" if number is None else f"{shown(number)}×"


def milliseconds(seconds: float) -> str:
    return shown(seconds * 1e3)


COLUMNS = ["network, batch", "test", "whole, ms a trial", "resumed, ms a trial", "ratio", "limit by step times",
           "share of it", "limit by MACs", "without shortcuts, of limit", "plain Python", "PyTorchFI"]


def row(network: Json, test: str) -> list[str]:
    found = network["summary"]["tests"][test]

    def ratio(name: str) -> str:
        return times(found.get(name, {}).get("ratio"))

    def both(name: str) -> str:
        return ratio(name) + (f" ({ratio(f'{name}_tuned')})" if f"{name}_tuned" in found else "")

    return [f"{network['name']}, {network['header']['images']['count']}", test, milliseconds(found["whole"]),
            milliseconds(found["resumed"]["seconds"]), f"**{times(found['ratio'])}**", times(found["limit"]["time"]),
            f"{100 * found['share_of_limit']:.0f} %", times(found["limit"]["macs"]),
            f"{ratio('plain')} of {times(found['limit']['time_plain'])}", both("plain_python"),
            both("pytorchfi")]


def notes(result: Json) -> list[str]:
    lines = []
    for network in result["networks"]:
        summary = network["summary"]
        differing = sum(found["differences"] for found in summary["tests"].values())
        overhead = max(found["resumed"]["overhead"] for found in summary["tests"].values())
        lines.append(f"* {network['name']}: a walk of the steps takes {100 * summary['walk_over_forward']:.0f} % of "
                     f"`forward`; golden passes and bookkeeping at most {100 * overhead:.0f} % of resumed time; kept "
                     f"{summary['kept_bytes'] / 1e6:.0f} MB, peak {summary['peak_bytes'] / 1e6:.0f} MB; {differing} "
                     f"sampled trials differ from whole passes, {summary['python_differences']} from the plain Python "
                     "loop.")
        about = network.get("python", {}).get("header", {})
        if about.get("pytorchfi_note"):
            lines.append(f"* {network['name']}, PyTorchFI: {about['pytorchfi_note']}.")
        if left_out := sum(about.get("left_out", {}).values()):
            lines.append(f"* {network['name']}, PyTorchFI: {left_out} faults in biases and shifts are left out, which "
                         "it doesn't know.")
    return lines


def wrong(network: Json) -> list[str]:
    """What forbids to believe the figures."""
    summary, probe = network["summary"], network["header"]["float32_probe"]
    differing = {test: found["differences"] for test, found in summary["tests"].items() if found["differences"]}
    findings = [f"{test}: {count} resumed trials differ from whole passes" for test, count in differing.items()]
    if summary["python_differences"]:
        findings.append(f"{summary['python_differences']} trials of the plain loop differ")
    if not probe["pass"]:
        findings.append(f"not float32: off by {probe['error']}")
    return [f"{network['name']}: {finding}" for finding in findings]


def markdown(result: Json) -> str:
    """The machine, the table, and what must be known beside it."""
    machine = result["machine"]
    device = "" if machine["device"] == "cpu" else f", {machine['device']}"
    about = (f"{machine['cpu']}, {machine['cores']} cores, {machine['threads']} threads{device}; LibTorch "
             f"{machine['libtorch']}; medians of {machine['repetitions']} interleaved repetitions. Ratios are of a "
             "trial's time to the resumed one's; of Python as it comes and, in brackets, with our settings of the "
             "allocator (freed memory is kept).")
    lines = [about, "", "| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    for network in result["networks"]:
        lines += ["| " + " | ".join(row(network, test)) + " |" for test in network["summary"]["tests"]]
    return "\n".join([*lines, "", *notes(result)]) + "\n"


if __name__ == "__main__":
    print(markdown(json.loads(Path(sys.argv[1]).read_text())), end="")
