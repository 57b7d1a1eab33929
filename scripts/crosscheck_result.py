"""What the cross-check reads from result.json, as plain values. Every failure names the file and the key."""

from __future__ import annotations

import bisect
import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadInput(Exception):
    """A file is missing, damaged, or not the one the result speaks of."""


class Unsupported(Exception):
    """Sound, but not to be reproduced here."""


SCHEMA_VERSION = "5"


@dataclass(frozen=True)
class Stored:
    """The network in one format: a file of its own, and a range of each run's trials."""

    name: str
    file: str  # where the config names it: network.model, network.quantized[0]
    model_sha256: str
    first_trial: int


@dataclass(frozen=True)
class Tensor:
    """A weight tensor; its index is what the fault list calls `tensor`."""

    name: str
    layer: str
    shape: tuple[int, ...]
    in_space: bool
    formats: tuple[str, ...] = ("float32",)  # in each of the result's formats

    @property
    def element_count(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Point:
    errors: int  # present while it is measured; at most so many where only some words have its bit
    mean_errors: float  # over runs
    bit: int | None  # of the indexed test
    layer: str | None  # of the layer-wise test


@dataclass(frozen=True, eq=False)  # compared by identity
class Trial:
    """One point of one run. `first` and `count` are rows of the fault list, counted from 0."""

    run: int
    place: int  # among its run's trials, which the fault list calls `trial`
    format: int  # place in the result's formats
    key: str
    point: Point
    parent: Trial | None
    first: int
    count: int
    tally: dict[str, int]

    @property
    def rows(self) -> slice:
        return slice(self.first, self.first + self.count)

    def chain(self) -> list[Trial]:
        """The trials whose faults are present while this one is measured, the first to strike first."""
        trials, trial = [], self
        while trial is not None:
            trials.append(trial)
            trial = trial.parent
        return trials[::-1]


@dataclass(frozen=True)
class Result:
    path: Path
    json: dict[str, Any]
    formats: list[Stored]
    tensors: list[Tensor]
    trials: list[Trial]

    def get(self, *keys: str) -> Any:
        """The value at result[keys[0]][keys[1]]...; what isn't there is bad input."""
        value: Any = self.json
        for depth, key in enumerate(keys):
            if not isinstance(value, dict) or key not in value:
                raise BadInput(f"{self.path}: {'.'.join(keys[: depth + 1])} is missing")
            value = value[key]
        return value

    def find(self, default: Any, *keys: str) -> Any:
        """The same, or `default` where it isn't there or is null."""
        try:
            value = self.get(*keys)
        except BadInput:
            return default
        return default if value is None else value


def sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error


def require_sha256(path: Path, expected: str, key: str) -> None:
    found = sha256(path)
    if found != expected:
        raise BadInput(f"{path}: its SHA-256 is {found}, but the result's {key} is {expected}; it is another file")


def _tensors(layers: list[dict[str, Any]]) -> list[Tensor]:
    by_index = {}
    for layer in layers:
        for tensor in layer["tensors"]:
            in_space = tensor.get("in_space", True)
            by_index[tensor["index"]] = Tensor(tensor["name"], layer["name"], tuple(tensor["shape"]), in_space,
                                               tuple(tensor["formats"]))
    if sorted(by_index) != list(range(len(by_index))):
        raise ValueError(f"network.layers: tensors are numbered {sorted(by_index)}, but 0 and on is meant")
    return [by_index[index] for index in range(len(by_index))]


def _formats(formats: list[dict[str, Any]]) -> list[Stored]:
    return [Stored(one["name"], one["file"], one["model_sha256"], one["first_trial"]) for one in formats]


def _trials(runs: list[dict[str, Any]], points: dict[str, Point], formats: list[Stored]) -> list[Trial]:
    firsts = [one.first_trial for one in formats]
    if firsts[:1] != [0] or firsts != sorted(firsts):
        raise ValueError(f"formats: their first trials are {firsts}, but 0 and rising is meant")
    trials: list[Trial] = []
    for run in runs:
        by_key: dict[str, Trial] = {}
        for place, trial in enumerate(run["trials"]):
            key, faults = trial["key"], trial["faults"]
            # A parent comes earlier in its run; any other name ends in a KeyError.
            parent = None if trial["parent"] == "golden" else by_key[trial["parent"]]
            stored = bisect.bisect_right(firsts, place) - 1
            if parent is not None and parent.format != stored:
                raise ValueError(f"run {run['run']} {key}: its parent is of another format")
            by_key[key] = Trial(run["run"], place, stored, key, points[key], parent, faults["first"],
                                faults["count"], trial["tally"])
        trials.extend(by_key.values())
    return trials


def read(path: Path) -> Result:
    """`path` is a result's folder or its JSON file. Raises BadInput."""
    path = path / "result.json" if path.is_dir() else path
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["kind"] != "campaign":
            raise ValueError(f"kind is {content['kind']}")
        if content["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"schema_version is {content['schema_version']}, but {SCHEMA_VERSION} is read here")
        points = {point["key"]: Point(point["errors"], point.get("errors_mean", point["errors"]), point.get("bit"),
                                      point.get("layer")) for point in content["points"]}
        if any("images" in run for run in content["runs"]):
            raise ValueError("its runs have images of their own, which isn't read here")
        formats = _formats(content["formats"])
        tensors = _tensors(content["network"]["layers"])
        if any(len(tensor.formats) != len(formats) for tensor in tensors):
            raise ValueError(f"network.layers: each tensor should have {len(formats)} formats")
        return Result(path, content, formats, tensors, _trials(content["runs"], points, formats))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{path}: not a campaign's result ({type(error).__name__}: {error})") from error
