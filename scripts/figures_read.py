"""Results as the figures need them: read, judged by kind and schema version, with a name for each series (the network
in one format). Whatever is missing, null or not a number is NaN, which is drawn as a gap and never as 0."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
SCHEMA_VERSIONS = ("4", "5")
NAN = math.nan


class BadInput(Exception):
    """A file is missing, damaged, or of a kind or version that isn't read here."""


@dataclass(frozen=True, eq=False)
class Result:
    path: Path
    json: Json

    def get(self, *keys: str) -> Any:
        """The value at json[keys[0]][keys[1]]..., or None where there is none."""
        value: Any = self.json
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    @property
    def model(self) -> str:
        """The network's file name without folder and ending."""
        name = self.get("config", "network", "model")
        return Path(name).stem if isinstance(name, str) else ""


@dataclass(frozen=True, eq=False)
class Series:
    """One network in one format: what a curve, or a figure of its own, is about."""

    result: Result
    format: str
    place: int  # among the result's formats
    label: str
    slug: str  # for file names; no two series have the same

    @property
    def points(self) -> list[Json]:
        return [point for point in self.result.json["points"] if point["format"] == self.format]

    @property
    def strata(self) -> list[Json]:
        return [one for one in self.result.json["strata"] if one["format"] == self.format]

    @property
    def groups(self) -> list[Json]:
        return [one for one in self.result.json["groups"] if one["key"].startswith(f"group/{self.format}/")]

    @property
    def golden(self) -> float:
        for entry in self.result.json["golden"]:
            if entry["format"] == self.format:
                return top1(entry["before"])
        return NAN


def number(value: Any) -> float:
    if value is None:
        return NAN
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{str(value)[:40]!r} stands where a number is meant")
    value = float(value)
    return value if math.isfinite(value) else NAN


def share(value: Any) -> float:
    found = number(value)
    if found < 0 or found > 1:
        raise ValueError(f"{found} stands where a share in [0, 1] is meant")
    return found


def top1(tally: Json | None) -> float:
    """Right answers of all; NaN without images."""
    right, images = (number((tally or {}).get(key)) for key in ("top1", "images"))
    return share(right / images) if images > 0 else NAN


def _judge(content: Any) -> None:
    if not isinstance(content, dict) or content.get("kind") != "campaign":
        raise ValueError("kind should be campaign")
    version = content.get("schema_version")
    if version not in SCHEMA_VERSIONS:
        raise ValueError(f"schema_version is {str(version)[:40]!r}, but {' and '.join(SCHEMA_VERSIONS)} are read here")
    for key in ("formats", "points", "groups", "strata", "golden", "runs"):
        if not isinstance(content[key], list) or not all(isinstance(entry, dict) for entry in content[key]):
            raise ValueError(f"{key} should be a list of objects")


def one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 300 else text[:300] + "..."


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What fails within for the sake of what a file holds is bad input that names the file."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadInput(f"{path}: not a campaign's result ({type(error).__name__}: {one_line(error)})") from error


def read(path: Path) -> Result:
    """`path` is a result's folder or its JSON file. Raises BadInput."""
    path = path / "result.json" if path.is_dir() else path
    with reading(path):
        content = json.loads(path.read_text(encoding="utf-8"))
        _judge(content)
        return Result(path, content)


def _protection(result: Result) -> str:
    """What protects the memory, as --protect takes it, or nothing."""
    scheme, bits, layers = (result.get("fault_model", "protection", key) for key in ("scheme", "bits", "layers"))
    if not scheme:
        return ""
    return f"{scheme}{f':bits={bits}' if bits else ''}{':layers=' + ','.join(layers) if layers else ''}"


def _first_free(text: str, taken: set[str], joint: str) -> str:
    """The text, with a number behind it where it is taken."""
    count, found = 1, text
    while found in taken:
        count += 1
        found = f"{text}{joint}{count}"
    taken.add(found)
    return found


def all_series(results: list[Result]) -> list[Series]:
    """A series for each format of each result. Labels say as much as is needed to tell those of one test apart; the
    network only where there are several."""
    several = len({result.model for result in results}) > 1
    labels: dict[str, set[str]] = {}
    slugs: dict[str, set[str]] = {}
    found = []
    for result in results:
        test = " ".join(sorted({f"{point.get('test')} {'rate' in point}" for point in result.json["points"]}))
        with reading(result.path):
            names, guard = [str(entry["name"]) for entry in result.json["formats"]], _protection(result)
        for place, name in enumerate(names):
            label = " ".join(filter(None, (result.model if several else "", name, guard)))
            label = _first_free(label, labels.setdefault(test, set()), " #")
            slug = re.sub(r"[^A-Za-z0-9._+-]+", "-", label).strip("-.")[:60] or "series"
            found.append(Series(result, name, place, label, _first_free(slug, slugs.setdefault(test, set()), "-")))
    return found
