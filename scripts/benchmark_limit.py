"""What resuming can save at most: the whole pass over the steps that a trial's own faults make necessary.

A trial costs the steps that read what it adds and all that depend on these; nothing else: no golden pass, no injecting,
no comparing. Where all faults of a layer lie in one block of 16 output channels, and nothing before the layer changed,
only that block need be computed, if the program found that exact. Images that leave the batch and trials that share one
are not in it, so that a campaign may beat this limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from benchmark_faults import Fault

BLOCK = 16  # output channels

Tensors = list[dict[str, Any]]  # name, shape, touched: steps that read it, needed: these and what depends on them


def block_of(fault: Fault, tensors: Tensors) -> int:
    """Which block of output channels the fault is in."""
    shape = tensors[fault.tensor]["shape"]
    count = 1
    for side in shape[1:]:
        count *= side
    return fault.element // count // BLOCK


def necessary_steps(faults: Iterable[Fault], tensors: Tensors) -> set[int]:
    return {step for tensor in {fault.tensor for fault in faults} for step in tensors[tensor]["needed"]}


def narrow_steps(faults: list[Fault], tensors: Tensors) -> set[int]:
    """The struck steps of which one block of channels is enough."""
    blocks: dict[int, set[int]] = {}
    for fault in faults:
        for step in tensors[fault.tensor]["touched"]:
            blocks.setdefault(step, set()).add(block_of(fault, tensors))
    struck = {fault.tensor for fault in faults}

    def changed_before(step: int) -> bool:
        return any(step in tensors[tensor]["needed"] and tensors[tensor]["touched"] != [step] for tensor in struck)

    return {step for step, hit in blocks.items() if len(hit) == 1 and not changed_before(step)}


def trial_cost(faults: list[Fault], tensors: Tensors, full: list[float], narrow: list[float] | None = None) -> float:
    """Sum over the necessary steps; `narrow` is what one block costs, 0 for steps that can't be had narrow."""
    steps = necessary_steps(faults, tensors)
    cost = sum(full[step] for step in steps)
    if narrow is None:
        return cost
    saved = (full[step] - narrow[step] for step in narrow_steps(faults, tensors) if narrow[step] > 0)
    return cost - sum(max(one, 0.0) for one in saved)


def narrow_macs(tensors: Tensors, macs: list[float], can_be_narrow: list[bool]) -> list[float]:
    """MACs of one block of a step's outputs; 0 for steps that can't be had narrow."""
    outputs = {step: tensor["shape"][0] for tensor in tensors if len(tensor["shape"]) > 1 for step in tensor["touched"]}
    return [macs[step] * BLOCK / outputs[step] if can and step in outputs else 0.0
            for step, can in enumerate(can_be_narrow)]


def mean_cost(trials: list[list[Fault]], tensors: Tensors, full: list[float],
              narrow: list[float] | None = None) -> float:
    """`trials` holds what each adds to its parent."""
    return sum(trial_cost(faults, tensors, full, narrow) for faults in trials) / len(trials)


def ratio(whole: float, cost: float) -> float:
    return whole / cost if cost > 0 else float("inf")
