"""The fault list: read as columns, and checked as a whole against the result and the model's own words.

Rows are compared column by column. Where one word is hit several times within one chain of trials, rows are sorted so
that the hits of a word stand together in the order they struck: each must find what the one before it left.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy

import crosscheck_words
from crosscheck_result import BadInput, Result, Trial, Unsupported, require_sha256

HEADER = b"run,trial,tensor,element,mask,before,after\n"
LINE = rb"\d{1,9},\d{1,9},\d{1,9},\d{1,18},[0-9a-f]{8},[0-9a-f]{8},[0-9a-f]{8}\n"
SHOWN = 3  # findings of one kind that are told one by one

Column = numpy.ndarray
GoldenWords = Callable[[int, int], Column]  # of a format and a tensor by index: uint32, row-major


@dataclass(frozen=True)
class Faults:
    path: Path
    run: Column
    trial: Column
    tensor: Column
    element: Column
    mask: Column
    before: Column
    after: Column

    def __len__(self) -> int:
        return len(self.run)


def _parse(lines: bytes, path: Path, first_line: int) -> list[Column]:
    if not re.fullmatch(rb"(?:" + LINE + rb")*", lines):
        bad = next(k for k, line in enumerate(lines.splitlines(True)) if not re.fullmatch(LINE, line))
        raise BadInput(f"{path}:{first_line + bad}: not a line run,trial,tensor,element,mask,before,after")
    fields = lines.replace(b"\n", b",").split(b",")[:-1]
    numbers = [numpy.array(fields[k::7], dtype=bytes).astype(numpy.int64) for k in range(4)]
    words = [numpy.frombuffer(bytes.fromhex(b"".join(fields[k::7]).decode()), ">u4").astype(numpy.uint32)
             for k in range(4, 7)]
    return numbers + words


def read(result: Result) -> Faults:
    """The list that the result names, beside it. Raises BadInput, also for another file than was hashed."""
    path = result.path.parent / result.get("faults", "file")
    require_sha256(path, result.get("faults", "sha256"), "faults.sha256")
    parts: list[list[Column]] = [[numpy.zeros(0, numpy.int64)] * 4 + [numpy.zeros(0, numpy.uint32)] * 3]
    with path.open("rb") as file:
        if file.readline() != HEADER:
            raise BadInput(f"{path}:1: the header {HEADER.decode().strip()} is missing")
        line = 2
        while chunk := list(itertools.islice(file, 200_000)):
            parts.append(_parse(b"".join(chunk), path, line))
            line += len(chunk)
    return Faults(path, *(numpy.concatenate(column) for column in zip(*parts)))


def _tell(faults: Faults, wrong: Column, what: Callable[[int], str]) -> list[str]:
    """One finding for each of the first few rows where `wrong`, and how many more there are."""
    rows = numpy.flatnonzero(wrong)
    told = [f"{faults.path.name}:{row + 2}: {what(row)}" for row in rows[:SHOWN].tolist()]
    return told + ([f"... and {len(rows) - SHOWN} more of this kind"] if len(rows) > SHOWN else [])


def _of_trials(trials: list[Trial], values: list[int]) -> Column:
    """Each trial's value for each of its rows."""
    return numpy.repeat(numpy.array(values, numpy.int64), [trial.count for trial in trials])


def check_ranges(result: Result, faults: Faults) -> list[str]:
    """The trials' ranges of rows lie end to end, and the rows in them name that run and trial."""
    row = 0
    for trial in result.trials:
        if trial.first != row:
            return [f"run {trial.run} {trial.key}: its faults start at row {trial.first}, but row {row} is next"]
        row += trial.count
    if row != len(faults) or result.find(row, "faults", "count") != row:
        return [f"{faults.path.name} has {len(faults)} rows, the trials {row}, faults.count says "
                f"{result.find(row, 'faults', 'count')}"]
    runs = _of_trials(result.trials, [trial.run for trial in result.trials])
    places = _of_trials(result.trials, [trial.place for trial in result.trials])
    return _tell(faults, (faults.run != runs) | (faults.trial != places),
                 lambda k: f"run,trial are {faults.run[k]},{faults.trial[k]}, but the result has this row in "
                           f"{runs[k]},{places[k]}")


def check_places(result: Result, faults: Faults) -> list[str]:
    """Every row hits an element that is there, of a tensor that was to be hit."""
    sizes = numpy.array([tensor.element_count if tensor.in_space else 0 for tensor in result.tensors] + [0])
    known = numpy.where(faults.tensor < len(result.tensors), faults.tensor, len(result.tensors))
    return _tell(faults, faults.element >= sizes[known],
                 lambda k: f"element {faults.element[k]} of tensor {faults.tensor[k]}, which has "
                           f"{sizes[known[k]]} that may be hit")


def formats(result: Result) -> Column:
    """Each row's format."""
    return _of_trials(result.trials, [trial.format for trial in result.trials])


def widths(result: Result, faults: Faults) -> Column:
    """The bits of each row's word. Places must have been found sound."""
    table = numpy.array([[crosscheck_words.parse(name).bits for name in tensor.formats] for tensor in result.tensors])
    return table[faults.tensor, formats(result)]


def check_masks(result: Result, faults: Faults) -> list[str]:
    """Each error has the number of bits asked for, in one piece where asked for, and flipped those and no others, in a
    word of its tensor's width."""
    wanted = result.get("fault_model", "bits_per_error")
    bits = numpy.bitwise_count(faults.mask)
    findings = _tell(faults, bits != wanted,
                     lambda k: f"mask {faults.mask[k]:08x} has {bits[k]} bits, bits_per_error is {wanted}")
    if result.get("fault_model", "bits_pattern") == "adjacent":
        lowest = faults.mask & (~faults.mask + numpy.uint32(1))
        gap = ((faults.mask.astype(numpy.uint64) + lowest) & faults.mask) != 0
        findings += _tell(faults, gap, lambda k: f"mask {faults.mask[k]:08x} isn't of adjacent bits")
    width = widths(result, faults)
    beyond = (faults.mask | faults.before | faults.after).astype(numpy.int64) >> width != 0
    findings += _tell(
        faults, beyond, lambda k: f"words and mask have bits beyond the {width[k]} of the tensor's format"
    )
    return findings + _tell(faults, faults.before ^ faults.mask != faults.after,
                            lambda k: f"{faults.before[k]:08x} with mask {faults.mask[k]:08x} flips to "
                                      f"{faults.before[k] ^ faults.mask[k]:08x}, not {faults.after[k]:08x}")


def check_points(result: Result, faults: Faults) -> list[str]:
    """Each trial has its point's errors: so many, at its bit, in its layer."""
    findings, counts = [], {}
    for trial in result.trials:
        point, name = trial.point, f"run {trial.run} {trial.key}"
        errors = sum(ancestor.count for ancestor in trial.chain())
        counts.setdefault(trial.key, []).append(errors)
        if errors > point.errors or (errors < point.errors and point.mean_errors == point.errors):
            findings.append(f"{name}: {errors} faults, but the point has {point.errors} errors")
        if point.bit is not None and not ((faults.mask[trial.rows] >> numpy.uint32(point.bit)) & 1).all():
            findings.append(f"{name}: a mask is without bit {point.bit}")
        layers = {result.tensors[tensor].layer for tensor in numpy.unique(faults.tensor[trial.rows]).tolist()}
        if point.layer is not None and layers - {point.layer}:
            findings.append(f"{name}: hits layer {', '.join(sorted(layers - {point.layer}))}")
    points = {trial.key: trial.point for trial in result.trials}
    for key, errors in counts.items():
        mean = sum(errors) / len(errors)
        if not findings and not math.isclose(mean, points[key].mean_errors):
            stated = points[key].mean_errors
            findings.append(f"{key}: {mean} faults a run, but the point has {stated} errors on average")
    return findings[:SHOWN]


def check_positions(result: Result, faults: Faults) -> list[str]:
    """Indexed: at every bit a run hits the same words (those that have the bit), each once unless drawn with
    replacement."""
    indexed = [trial for trial in result.trials if trial.point.bit is not None]
    lowest: dict[tuple[int, int], Trial] = {}
    for trial in sorted(indexed, key=lambda trial: trial.point.bit):
        lowest.setdefault((trial.run, trial.format), trial)
    width, findings = widths(result, faults), []
    for trial in indexed:
        model = lowest[trial.run, trial.format]
        words, at_lowest = (numpy.stack([faults.tensor[one.rows], faults.element[one.rows]]) for one in (trial, model))
        if not numpy.array_equal(words, at_lowest[:, width[model.rows] > trial.point.bit]):
            findings.append(f"run {trial.run}: {trial.key} and {model.key} hit different words")
        if not result.get("fault_model", "replacement") and numpy.unique(words, axis=1).shape != words.shape:
            findings.append(f"run {trial.run} {trial.key}: a word is hit twice, but replacement is off")
    return findings[:SHOWN]


def _chains(result: Result) -> Column:
    """For each row the number of its trial's chain: faults of one chain are present together."""
    numbers: dict[tuple[int, int], int] = {}
    parents = [(trial.run, trial.parent.place) for trial in result.trials if trial.parent]
    if len(set(parents)) != len(parents):
        raise Unsupported(f"{result.path}: two trials build on one other; only chains of trials can be checked")
    for count, trial in enumerate(result.trials):
        parent = numbers[(trial.run, trial.parent.place)] if trial.parent else count
        numbers[(trial.run, trial.place)] = parent
    return _of_trials(result.trials, list(numbers.values()))


def check_words(result: Result, faults: Faults, golden_words: GoldenWords) -> list[str]:
    """`before` is the model's own word, or what the chain's last fault there left; no bit is met twice in a chain
    unless drawn with replacement. Places must have been found sound."""
    if len(faults) == 0:
        return []
    chain = _chains(result)
    order = numpy.lexsort((faults.element, faults.tensor, chain))  # stable: hits of a word stay in order
    keys = numpy.stack([chain, faults.tensor, faults.element])[:, order]
    is_first = numpy.concatenate([[True], (keys[:, 1:] != keys[:, :-1]).any(axis=0)])

    expected, stored = numpy.empty(len(faults), numpy.uint32), formats(result)
    expected[order] = numpy.roll(faults.after[order], 1)
    for tensor, one in numpy.unique(numpy.stack([faults.tensor, stored]), axis=1).T.tolist():
        rows = order[is_first & (keys[1] == tensor) & (stored[order] == one)]
        expected[rows] = golden_words(one, tensor)[faults.element[rows]]
    findings = _tell(faults, faults.before != expected,
                     lambda k: f"before is {faults.before[k]:08x}, but the word there is {expected[k]:08x}")
    if result.get("fault_model", "replacement"):
        return findings

    starts, masks = numpy.flatnonzero(is_first), faults.mask[order].astype(numpy.uint64)
    repeated = numpy.zeros(len(faults), dtype=bool)
    repeated[order[starts]] = numpy.bitwise_or.reduceat(masks, starts) != numpy.add.reduceat(masks, starts)
    return findings + _tell(faults, repeated, lambda k: "a bit of this word is met twice, but replacement is off")


def check(result: Result, faults: Faults, golden_words: GoldenWords) -> list[str]:
    """What is wrong with the list, in words; empty where nothing is. Later checks rest on the earlier ones."""
    findings = check_ranges(result, faults) or check_places(result, faults)
    if findings:
        return findings
    return (check_masks(result, faults) + check_points(result, faults) + check_positions(result, faults)
            + check_words(result, faults, golden_words))
