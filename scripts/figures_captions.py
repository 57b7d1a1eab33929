"""What a caption must say: what is drawn, of how many runs and images, by which interval, of which campaign."""

from __future__ import annotations

from typing import Any

from figures_data import Bits, Cells, Curve, Directions, Figure, Layers
from figures_read import Series, reading
from figures_style import shortened

INTERVALS = {"betting": "betting interval", "betting-sequence": "betting confidence sequence, valid at every count"}


def _spans(values: list[int]) -> str:
    found = sorted(set(values))
    return "unknown" if not found else str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"


def _runs(series: Series, figure: Figure) -> str:
    if isinstance(figure, Directions | Cells):
        found = [stratum["trials"] for stratum in series.strata if stratum["key"].endswith("/total")]
        return f"{_spans(found)} trials of one error"
    entries = series.groups if isinstance(figure, Layers) and figure.of_groups else series.points
    return f"n = {_spans([(entry.get('statistics') or {}).get('runs', 0) for entry in entries])} runs"


def _interval(series: Series, figure: Figure) -> str:
    if isinstance(figure, Directions):
        intervals = [(one.get("statistics") or {}).get("critical") for one in series.strata]
    elif isinstance(figure, Curve | Bits):
        intervals = [(one.get("statistics") or {}).get("top1") for one in series.points]
    else:
        return ""
    kinds = {(one.get("method"), one.get("confidence")) for one in [(about or {}).get("interval") or {}
                                                                    for about in intervals] if one}
    return "; ".join(f"{100 * confidence:g} % {INTERVALS.get(method, method)}"
                     for method, confidence in sorted(kinds, key=str))


def _about(series: Series, figure: Figure) -> str:
    """One sentence on where a series comes from."""
    result = series.result
    status = result.json.get("status") or {}
    parts = [_runs(series, figure), f"{result.get('images', 'count')} images",
             f"seed {result.get('config', 'campaign', 'seed')}", _interval(series, figure),
             "" if status.get("complete") else f"INCOMPLETE: {status.get('runs_done')} of "
                                               f"{status.get('runs_planned')} runs",
             f"campaign {str(result.get('identity', 'campaign_sha256'))[:12]}"]
    network = shortened(result.model or "network", 60)
    return f"{network}, {series.format}: {', '.join(part for part in parts if part)}."


def _said(figure: Figure, rates: bool) -> str:
    """What is drawn."""
    if isinstance(figure, Curve):
        against = "bit error rate" if rates else "number of errors present"
        return (f"Top-1 accuracy against the {against}. Above: means with intervals over the draws of faults, moved "
                "sideways where they would hide each other; dotted: without errors. Below: every run (thin lines), "
                "median, quartiles (grey), 5 and 95 % quantiles (dashed).")
    if isinstance(figure, Bits):
        return ("Top-1 accuracy by the bit that is flipped: every run (short lines), median, mean with its interval "
                "over the draws of faults; dotted: without errors. Labels are coloured by the bit's role.")
    if isinstance(figure, Directions):
        return ("Share of images that one error makes wrong (right without it), by bit and direction of the flip, with "
                "intervals over the draws of faults. Where nothing is drawn no trial fell.")
    if isinstance(figure, Cells):
        return ("Share of images that one error makes wrong (right without it), by layer, bit and direction of the "
                "flip. Hatched: no trial fell there, so nothing is known.")
    what = "in the layers of one group, averaged" if figure.of_groups else "in one layer alone"
    beside = "" if figure.of_groups else "errors in a run (mean over runs) and "
    return (f"Top-1 accuracy with errors {what}: mean, standard deviation (band, cut at 0 and 1), minimum and maximum"
            f"{'' if figure.of_groups else ', every run'}; dotted: without errors. Beside it {beside}the mean drop "
            "divided by the number of errors.")


def caption(name: str, figures: list[Any]) -> str:
    """Raises BadInput."""
    lines = [_said(figures[0], "rates" in name)]
    for figure in figures:
        with reading(figure.series.result.path):
            lines.append(_about(figure.series, figure))
    return f"{name}\n" + "\n".join(f"  {line}" for line in lines) + "\n"
