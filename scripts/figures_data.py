"""The numbers that figures show, taken from results as they are: one function for each figure, NaN for what is missing.
What is drawn is what these functions return, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from figures_read import NAN, Json, Series, number, reading, share, top1

QUANTILES = ("p05", "p25", "p50", "p75", "p95")
DIRECTIONS = ("0to1", "1to0")
MOST_BITS = 96  # three copies of 32
FLOAT32_ROLES = ["mantissa"] * 23 + ["exponent"] * 8 + ["sign"]


@dataclass(frozen=True)
class Accuracy:
    """Top-1 at one point or of one group."""

    mean: float
    sd: float
    least: float
    most: float
    low: float  # of the mean's interval
    high: float
    quantiles: tuple[float, ...]  # as in QUANTILES
    runs: tuple[float, ...]  # each run's, in the result's order


@dataclass(frozen=True)
class Curve:
    """Figure 1: accuracy of one series against errors or rates, rising."""

    series: Series
    golden: float
    x: list[float]
    accuracy: list[Accuracy]


@dataclass(frozen=True)
class Bits:
    """Figure 2: accuracy by bit."""

    series: Series
    golden: float
    bits: list[int]
    roles: list[str]
    accuracy: list[Accuracy]


@dataclass(frozen=True)
class Directions:
    """Figure 2: critical share by bit, (mean, low, high) for each bit and direction."""

    series: Series
    bits: list[int]
    roles: list[str]
    critical: dict[str, list[tuple[float, float, float]]]


@dataclass(frozen=True)
class Cells:
    """Figure 2: critical share, [direction][layer][bit]."""

    series: Series
    layers: list[str]
    roles: list[str]
    critical: dict[str, list[list[float]]]


@dataclass(frozen=True)
class Layers:
    """Figure 3: one row for each layer, or for each group."""

    series: Series
    golden: float
    names: list[str]
    accuracy: list[Accuracy]
    errors: list[float]  # a run's
    drop_per_error: list[float]
    of_groups: bool


Figure = Curve | Bits | Directions | Cells | Layers


def _runs(series: Series) -> dict[str, list[float]]:
    """Each run's top-1 by key; NaN for runs that haven't it."""
    runs = series.result.json["runs"]
    found: dict[str, list[float]] = {}
    for place, run in enumerate(runs):
        for trial in run["trials"]:
            found.setdefault(trial["key"], [NAN] * len(runs))[place] = top1(trial["tally"])
    return found


def _accuracy(entry: Json, runs: list[float]) -> Accuracy:
    about = (entry.get("statistics") or {}).get("top1") or {}
    interval, quantiles = about.get("interval") or {}, about.get("quantiles") or {}
    return Accuracy(*(share(about.get(key)) for key in ("mean", "sd", "min", "max")),
                    share(interval.get("low")), share(interval.get("high")),
                    tuple(share(quantiles.get(key)) for key in QUANTILES), tuple(runs))


def _of_test(series: Series, test: str) -> list[Json]:
    return [point for point in series.points if point["test"] == test]


def curve(series: Series, kind: str) -> Curve | None:
    """`kind` is what stands on the axis: errors or rate."""
    points = sorted((point for point in _of_test(series, "full") if ("rate" in point) == (kind == "rate")),
                    key=lambda point: number(point[kind]))
    runs = _runs(series)
    if not points:
        return None
    return Curve(series, series.golden, [number(point[kind]) for point in points],
                 [_accuracy(point, runs.get(point["key"], [])) for point in points])


def bits(series: Series) -> Bits | None:
    points = sorted(_of_test(series, "indexed"), key=lambda point: point["bit"])
    runs = _runs(series)
    if not points:
        return None
    return Bits(series, series.golden, [point["bit"] for point in points], [point["role"] for point in points],
                [_accuracy(point, runs.get(point["key"], [])) for point in points])


def word_bits(series: Series) -> int:
    """Bits of the widest word that faults can hit; more than the number's where copies or check bits guard it."""
    widths = [0]
    for layer in series.result.json["network"]["layers"]:
        for tensor in layer["tensors"]:
            name = tensor["formats"][series.place]
            found = re.match(r"fixed(\d{1,2}):", name)
            widths.append(32 if name == "float32" else int(found[1]) if found else 0)
    count = max(widths + [stratum["bit"] + 1 for stratum in series.strata if "bit" in stratum])
    if count > MOST_BITS:
        raise ValueError(f"bit {count - 1} stands in a word of at most {MOST_BITS}")
    return count


def _roles(series: Series) -> list[str]:
    """Of each bit; empty where the result doesn't say. A float32 bit's is known."""
    count = word_bits(series)
    roles = (FLOAT32_ROLES + [""] * count)[:count] if series.format == "float32" else [""] * count
    for stratum in series.strata:
        if "bit" in stratum:
            roles[stratum["bit"]] = stratum.get("role", "")
    return roles


def _critical(stratum: Json) -> tuple[float, float, float]:
    about = (stratum.get("statistics") or {}).get("critical") or {}
    interval = about.get("interval") or {}
    return share(about.get("mean")), share(interval.get("low")), share(interval.get("high"))


def directions(series: Series) -> Directions | None:
    roles = _roles(series)
    critical = {direction: [(NAN, NAN, NAN)] * len(roles) for direction in DIRECTIONS}
    met = [one for one in series.strata if "bit" in one and "direction" in one and "layer" not in one]
    for stratum in met:
        critical[stratum["direction"]][stratum["bit"]] = _critical(stratum)
    return Directions(series, list(range(len(roles))), roles, critical) if met else None


def cells(series: Series) -> Cells | None:
    roles = _roles(series)
    layers = [layer["name"] for layer in series.result.json["network"]["layers"]
              if any(tensor["in_space"] for tensor in layer["tensors"])]
    places = {name: place for place, name in enumerate(layers)}
    critical = {direction: [[NAN] * len(roles) for _ in layers] for direction in DIRECTIONS}
    met = [one for one in series.strata if "bit" in one and "direction" in one and "layer" in one]
    for stratum in met:
        critical[stratum["direction"]][places[stratum["layer"]]][stratum["bit"]] = _critical(stratum)[0]
    return Cells(series, layers, roles, critical) if met else None


def layers(series: Series) -> Layers | None:
    points = _of_test(series, "layer")
    runs = _runs(series)
    if not points:
        return None
    return Layers(series, series.golden, [point["layer"] for point in points],
                  [_accuracy(point, runs.get(point["key"], [])) for point in points],
                  [number(point.get("errors_mean")) for point in points], _drops(points), of_groups=False)


def groups(series: Series) -> Layers | None:
    entries = series.groups
    if not entries:
        return None
    return Layers(series, series.golden, [entry["name"] for entry in entries],
                  [_accuracy(entry, []) for entry in entries], [NAN] * len(entries), _drops(entries), of_groups=True)


def _drops(entries: list[Json]) -> list[float]:
    return [number((entry.get("statistics") or {}).get("drop_per_error")) for entry in entries]


def figures(series: list[Series]) -> dict[str, list[Figure]]:
    """What there is to draw, by the name of its file. Figure 1 has several series, the others one. Raises BadInput."""
    found: dict[str, list[Figure | None]] = {"figure1-errors": [], "figure1-rates": []}
    makers = {"figure2-bits": bits, "figure2-directions": directions, "figure2-cells": cells,
              "figure3-layers": layers, "figure3-groups": groups}
    for one in series:
        with reading(one.result.path):
            found["figure1-errors"].append(curve(one, "errors"))
            found["figure1-rates"].append(curve(one, "rate"))
            for name, make in makers.items():
                found.setdefault(f"{name}-{one.slug}", []).append(make(one))  # slugs are unique within a test
    kept = {name: [figure for figure in parts if figure is not None] for name, parts in found.items()}
    return {name: parts for name, parts in kept.items() if parts}
