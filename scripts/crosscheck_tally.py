"""The outcomes of one trial, from its logits and golden's: the definitions, in NumPy."""

from __future__ import annotations

import numpy

COUNTS = ("images", "top1", "top5", "masked", "benign", "sdc1", "sdc5", "nonfinite", "critical")

Logits = numpy.ndarray  # float32 [image][class]


def rank(logits: Logits, classes: numpy.ndarray) -> numpy.ndarray:
    """How many classes j come before each image's own y: x_j > x_y, or x_j = x_y and j < y."""
    own = numpy.take_along_axis(logits, classes[:, None], axis=1)
    earlier = numpy.arange(logits.shape[1])[None, :] < classes[:, None]
    return ((logits > own) | ((logits == own) & earlier)).sum(axis=1)


def tally(logits: Logits, golden: Logits, labels: numpy.ndarray) -> dict[str, int]:
    """All counts, by name. A non-finite image is wrong at every rank; non-finite golden has no top class."""
    finite, golden_finite = numpy.isfinite(logits).all(axis=1), numpy.isfinite(golden).all(axis=1)
    own_rank, golden_rank = rank(logits, labels), rank(golden, labels)
    top, golden_top = logits.argmax(axis=1), golden.argmax(axis=1)  # the first of equals

    top1 = finite & (own_rank == 0)
    # Compared as words: NaN has bits too, and -0 isn't +0.
    same = (logits.view(numpy.int32) == golden.view(numpy.int32)).all(axis=1)
    changed = finite & ~same
    benign = changed & golden_finite & (top == golden_top)
    sdc1 = changed & ~benign
    among_golden_5 = golden_finite & (rank(golden, top) < 5)
    outcomes = {
        "images": numpy.ones(len(labels), dtype=bool),
        "top1": top1,
        "top5": finite & (own_rank < 5),
        "masked": finite & same,
        "benign": benign,
        "sdc1": sdc1,
        "sdc5": sdc1 & ~among_golden_5,
        "nonfinite": ~finite,
        "critical": golden_finite & (golden_rank == 0) & ~top1,
    }
    return {name: int(chosen.sum()) for name, chosen in outcomes.items()}


def add(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    """Tallies of disjoint sets of images add."""
    return {name: left[name] + right[name] for name in COUNTS}


def zero() -> dict[str, int]:
    return dict.fromkeys(COUNTS, 0)


def differences(recorded: dict[str, int], found: dict[str, int]) -> list[str]:
    """"top1 947, here 948" for each count that isn't equal."""
    return [f"{name} {recorded.get(name)}, here {found[name]}" for name in COUNTS if recorded.get(name) != found[name]]
