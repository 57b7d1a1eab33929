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

import crosscheck_protection
import crosscheck_words
from crosscheck_result import BadInput, Result, Trial, Unsupported, require_sha256

HEADER = b"run,trial,tensor,element,mask,before,after"
LINE = rb"\d{1,9},\d{1,9},\d{1,9},\d{1,18},[0-9a-f]{8},[0-9a-f]{8},[0-9a-f]{8}"
PROTECTED_HEADER, PROTECTED_LINE = HEADER + b",hit", LINE + rb",[0-9a-f]{24}"
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
    hit: Column  # [row][part]: bits of the memory's word that were met, 32 a part, the lowest first

    def __len__(self) -> int:
        return len(self.run)


def _words(fields: list[bytes]) -> Column:
    return numpy.frombuffer(bytes.fromhex(b"".join(fields).decode()), ">u4").astype(numpy.uint32)


def _parse(lines: bytes, path: Path, first_line: int, protected: bool) -> list[Column]:
    header, pattern = (PROTECTED_HEADER, PROTECTED_LINE) if protected else (HEADER, LINE)
    if not re.fullmatch(rb"(?:" + pattern + rb"\n)*", lines):
        bad = next(k for k, line in enumerate(lines.splitlines(True)) if not re.fullmatch(pattern + rb"\n", line))
        raise BadInput(f"{path}:{first_line + bad}: not a line {header.decode()}")
    fields, count = lines.replace(b"\n", b",").split(b",")[:-1], len(header.split(b","))
    numbers = [numpy.array(fields[k::count], dtype=bytes).astype(numpy.int64) for k in range(4)]
    words = [_words(fields[k::count]) for k in range(4, 7)]
    hit = _words(fields[7::8]).reshape(-1, 3)[:, ::-1] if protected else words[0][:, None]
    return numbers + words + [hit]


def protection(result: Result) -> crosscheck_protection.Protection:
    return crosscheck_protection.parse(result.find("none", "fault_model", "protection"))


def read(result: Result) -> Faults:
    """The list that the result names, beside it. Raises BadInput, also for another file than was hashed."""
    path = result.path.parent / result.get("faults", "file")
    require_sha256(path, result.get("faults", "sha256"), "faults.sha256")
    protected = protection(result).scheme != "none"
    header = PROTECTED_HEADER if protected else HEADER
    parts: list[list[Column]] = [[numpy.zeros(0, numpy.int64)] * 4 + [numpy.zeros(0, numpy.uint32)] * 3
                                 + [numpy.zeros((0, 3 if protected else 1), numpy.uint32)]]
    with path.open("rb") as file:
        if file.readline() != header + b"\n":
            raise BadInput(f"{path}:1: the header {header.decode()} is missing")
        line = 2
        while chunk := list(itertools.islice(file, 200_000)):
            parts.append(_parse(b"".join(chunk), path, line, protected))
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


def memory_widths(result: Result, faults: Faults) -> Column:
    """The same with copies and check bits."""
    guard = protection(result)
    table = numpy.array([[guard.width(tensor.layer, crosscheck_words.parse(name).bits) for name in tensor.formats]
                         for tensor in result.tensors])
    return table[faults.tensor, formats(result)]


def _number(parts: Column) -> int:
    """The bits of a word."""
    return sum(part << 32 * place for place, part in enumerate(parts.tolist()))


def _has_bit(hit: Column, bit: int) -> Column:
    if bit >= 32 * hit.shape[1]:
        return numpy.zeros(len(hit), dtype=bool)
    return (hit[:, bit // 32] >> numpy.uint32(bit % 32) & 1).astype(bool)


def _neighbours(hit: Column) -> Column:
    """In each row the number of its bits whose next higher one is there, too."""
    above = numpy.concatenate([hit[:, 1:], numpy.zeros((len(hit), 1), numpy.uint32)], axis=1)
    shifted = hit >> numpy.uint32(1) | above << numpy.uint32(31)
    return numpy.bitwise_count(hit & shifted).sum(axis=1, dtype=numpy.int64)


def check_hits(result: Result, faults: Faults) -> list[str]:
    """Each error met the number of bits asked for, in one piece where asked for, in a word of that width."""
    wanted = result.get("fault_model", "bits_per_error")
    bits = numpy.bitwise_count(faults.hit).sum(axis=1, dtype=numpy.int64)
    findings = _tell(faults, bits != wanted,
                     lambda k: f"mask {_number(faults.hit[k]):08x} has {bits[k]} bits, bits_per_error is {wanted}")
    if result.get("fault_model", "bits_pattern") == "adjacent":
        findings += _tell(faults, _neighbours(faults.hit) != bits - 1,
                          lambda k: f"mask {_number(faults.hit[k]):08x} isn't of adjacent bits")
    if protection(result).scheme == "none":
        return findings  # the hit is the mask: see check_masks
    width = memory_widths(result, faults)
    beyond = numpy.array([_number(hit) >> int(bits) != 0 for hit, bits in zip(faults.hit, width)], dtype=bool)
    return findings + _tell(faults, beyond, lambda k: f"the hit has bits beyond the {width[k]} of the memory's word")


def check_masks(result: Result, faults: Faults) -> list[str]:
    """Each row flips the bits of its mask and no others, in a word of its tensor's width."""
    width = widths(result, faults)
    beyond = (faults.mask | faults.before | faults.after).astype(numpy.int64) >> width != 0
    findings = _tell(
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
        if point.bit is not None and not _has_bit(faults.hit[trial.rows], point.bit).all():
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
    width, findings = memory_widths(result, faults), []
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

    starts, hits = numpy.flatnonzero(is_first), faults.hit[order].astype(numpy.uint64)
    repeated = numpy.zeros(len(faults), dtype=bool)
    repeated[order[starts]] = (numpy.bitwise_or.reduceat(hits, starts) != numpy.add.reduceat(hits, starts)).any(axis=1)
    return findings + _tell(faults, repeated, lambda k: "a bit of this word is met twice, but replacement is off")


def check_reading(result: Result, faults: Faults, golden_words: GoldenWords) -> list[str]:
    """Of a protected memory: `after` is what is read of a word with all bits wrong that its chain has met there."""
    guard = protection(result)
    if guard.scheme == "none":
        return []
    chain, stored, bits = _chains(result), formats(result), widths(result, faults)
    wrong: dict[tuple[int, int, int], int] = {}
    expected = numpy.empty(len(faults), numpy.uint32)
    for row, (tensor, element) in enumerate(zip(faults.tensor.tolist(), faults.element.tolist())):
        place = (int(chain[row]), tensor, element)
        wrong[place] = wrong.get(place, 0) ^ _number(faults.hit[row])
        golden = int(golden_words(int(stored[row]), tensor)[element])
        expected[row] = guard.read(result.tensors[tensor].layer, int(bits[row]), golden, wrong[place])
    return _tell(faults, faults.after != expected,
                 lambda k: f"after is {faults.after[k]:08x}, but {guard.scheme} reads {expected[k]:08x} there")


def check(result: Result, faults: Faults, golden_words: GoldenWords) -> list[str]:
    """What is wrong with the list, in words; empty where nothing is. Later checks rest on the earlier ones."""
    findings = check_ranges(result, faults) or check_places(result, faults)
    if findings:
        return findings
    return (check_hits(result, faults) + check_masks(result, faults) + check_points(result, faults)
            + check_positions(result, faults) + check_words(result, faults, golden_words)
            + check_reading(result, faults, golden_words))
