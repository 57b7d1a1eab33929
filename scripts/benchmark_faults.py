"""Fault lists as the benchmark's contenders take them: the very faults of the program's own trials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HEADER = "run,trial,tensor,element,mask,before,after"


@dataclass(frozen=True)
class Fault:
    tensor: int
    element: int
    mask: int
    after: int  # the word it leaves


Place = tuple[int, int]  # run, trial
Added = dict[Place, list[Fault]]  # what each trial adds to its parent's faults


def parse(lines: Iterable[str]) -> Added:
    """Raises ValueError, with the line's number, for what is no fault list."""
    added: Added = {}
    for number, line in enumerate(lines, 1):
        if number == 1:
            if line.strip() != HEADER:
                raise ValueError(f"line 1: not {HEADER}")
            continue
        fields = line.strip().split(",")
        if len(fields) != 7:
            raise ValueError(f"line {number}: {len(fields)} fields, not 7")
        run, trial, tensor, element = (int(field) for field in fields[:4])
        fault = Fault(tensor, element, int(fields[4], 16), int(fields[6], 16))
        added.setdefault((run, trial), []).append(fault)
    return added


def read(path: Path) -> Added:
    with path.open() as file:
        return parse(file)


def present(added: Added, place: Place, cumulative: bool) -> list[Fault]:
    """All faults of a trial, in the order they struck."""
    run, trial = place
    first = 0 if cumulative else trial
    return [fault for earlier in range(first, trial + 1) for fault in added.get((run, earlier), [])]


def words(faults: list[Fault]) -> dict[int, dict[int, int]]:
    """By tensor and element, the word that stands there in the end."""
    left: dict[int, dict[int, int]] = {}
    for fault in faults:
        left.setdefault(fault.tensor, {})[fault.element] = fault.after
    return left


def masks(faults: list[Fault]) -> dict[int, dict[int, int]]:
    """By tensor and element, the bits that differ in the end."""
    toggled: dict[int, dict[int, int]] = {}
    for fault in faults:
        of_tensor = toggled.setdefault(fault.tensor, {})
        of_tensor[fault.element] = of_tensor.get(fault.element, 0) ^ fault.mask
    return toggled
