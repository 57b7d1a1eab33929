"""Which trials are measured again: those that tell most first, the rest spread over points."""

from __future__ import annotations

import random

import numpy

import crosscheck_faults
from crosscheck_faults import Faults
from crosscheck_result import Result, Trial


def is_deadly(trial: Trial) -> bool:
    """Some image came out with NaN or Inf."""
    return trial.tally.get("nonfinite", 0) > 0


def _hits_telling_bit(trial: Trial, faults: Faults, widths: numpy.ndarray) -> bool:
    """Bit 30 of float32, the highest of the exponent; the bit below the sign in every format."""
    telling = numpy.maximum(widths[trial.rows] - 2, 0)
    return bool(((faults.mask[trial.rows].astype(numpy.int64) >> telling) & 1).any())


def _spread(trials: list[Trial], count: int, numbers: random.Random) -> list[Trial]:
    """`count` of the trials, points taking turns from the last one back, so that late ones are among them."""
    by_place: dict[int, list[Trial]] = {}
    for trial in numbers.sample(trials, len(trials)):
        by_place.setdefault(trial.place, []).append(trial)
    places = sorted(by_place, reverse=True)[:1] + numbers.sample(sorted(by_place), len(by_place))
    turns: list[Trial] = []
    while len(turns) < min(count, len(trials)):
        for place in places:
            turns += by_place[place][:1]
            del by_place[place][:1]
    return turns[: max(count, 0)]


def choose(result: Result, faults: Faults, count: int, seed: int, include_deadly: bool) -> list[Trial]:
    """`count` trials in the result's order: a third that flip the bit below the sign, a third that are deadly (fewer
    where there are no more), the rest uniform over points. `include_deadly` adds every deadly trial."""
    numbers, widths = random.Random(seed), crosscheck_faults.widths(result, faults)
    third = -(-count // 3)
    chosen: list[Trial] = []
    for tells in (lambda trial: _hits_telling_bit(trial, faults, widths), is_deadly):
        already = sum(tells(trial) for trial in chosen)
        candidates = [trial for trial in result.trials if tells(trial) and trial not in chosen]
        chosen += _spread(candidates, min(third - already, count - len(chosen)), numbers)
    chosen += _spread([trial for trial in result.trials if trial not in chosen], count - len(chosen), numbers)
    places = {(trial.run, trial.place) for trial in chosen}
    return [trial for trial in result.trials
            if (trial.run, trial.place) in places or (include_deadly and is_deadly(trial))]
