"""Figure 1: accuracy against the number of errors, or the bit error rate. Above, the means with their intervals, all
series together; below, for each series every run as a thin line, with median and quartiles: runs often live or die,
and then no mean tells what one of them does."""

from __future__ import annotations

import math

import figures_style as look
from figures_data import QUANTILES, Curve
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, NullLocator


def _positive(curves: list[Curve]) -> list[float]:
    return [x for curve in curves for x in curve.x if x > 0]


def _scale(axis: Axes, curves: list[Curve], label: str) -> None:
    """Logarithmic where numbers span decades, with a place for 0; their own values as ticks where they fit."""
    values, positive = sorted({x for curve in curves for x in curve.x}), _positive(curves)
    axis.set_xlabel(label)
    if not positive or max(positive) <= 30 * min(positive):
        axis.set_xlim(min(values), max(values) if max(values) > min(values) else min(values) + 1)
        axis.xaxis.set_major_locator(MaxNLocator(8, integer=all(value == int(value) for value in values)))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: look.decimal(value)))
        return
    least = min(positive)
    if values[0] < least:
        axis.set_xscale("symlog", linthresh=least, linscale=0.35)
    else:
        axis.set_xscale("log")
    axis.set_xlim(values[0], values[-1])
    decades = [10.0 ** power for power in range(math.ceil(math.log10(least)), math.floor(math.log10(values[-1])) + 1)]
    ticks = values if len(values) <= 11 else sorted({values[0], *decades})
    axis.set_xticks(ticks, [look.decimal(tick) for tick in ticks])
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_minor_formatter(NullFormatter())


def _means(axis: Axes, curves: list[Curve]) -> None:
    handles = []
    for place, curve in enumerate(curves):
        colour, marker, line = look.SERIES[place]
        transform = look.shifted(axis, 1.5 * (2 * place - len(curves) + 1))
        means = [accuracy.mean for accuracy in curve.accuracy]
        axis.axhline(curve.golden, color=colour, linewidth=0.6, linestyle=(0, (1, 2)), gid=f"golden-{place}")
        handles += axis.plot(curve.x, means, color=colour, marker=marker, linestyle=line, markersize=3,
                             transform=transform, clip_on=False, gid=f"mean-{place}",
                             label=look.legend_label(curve.series.label))
        look.segments(axis, [[(x, accuracy.low), (x, accuracy.high)] for x, accuracy in zip(curve.x, curve.accuracy)],
                      f"interval-{place}", transform=transform, color=colour, linewidth=0.8)
    look.share_axis(axis, "y", "Top-1 accuracy, mean")
    handles += axis.plot([], [], color=look.GREY, linewidth=0.6, linestyle=(0, (1, 2)), label="without errors")
    look.legend(axis.figure, handles, 3 if max(len(handle.get_label()) for handle in handles) < 22 else 1)


def _spread(axis: Axes, curve: Curve, place: int, named: bool) -> None:
    colour = look.SERIES[place][0]
    count = max((len(accuracy.runs) for accuracy in curve.accuracy), default=0)
    lines = [[(x, accuracy.runs[run] if run < len(accuracy.runs) else math.nan)
              for x, accuracy in zip(curve.x, curve.accuracy)] for run in range(count)]
    quantiles = {name: [accuracy.quantiles[i] for accuracy in curve.accuracy] for i, name in enumerate(QUANTILES)}
    axis.fill_between(curve.x, quantiles["p25"], quantiles["p75"], color=look.LIGHT, linewidth=0, zorder=0,
                      gid=f"quartiles-{place}")
    look.segments(axis, lines, f"runs-{place}", color=colour, linewidth=0.5, alpha=look.faintness(count), zorder=1)
    axis.plot(curve.x, quantiles["p50"], color="black", linewidth=1.2, clip_on=False, gid=f"median-{place}")
    for name in ("p05", "p95"):
        axis.plot(curve.x, quantiles[name], color="black", linewidth=0.7, linestyle=(0, (3, 2)), clip_on=False,
                  gid=f"{name}-{place}")
    look.share_axis(axis, "y", "Top-1, runs")
    title = f"{look.shortened(curve.series.label, 40)}: " if named else ""
    axis.set_title(f"{title}every run, median, quartiles, 5 and 95 %", pad=3)


def draw(curves: list[Curve], label: str) -> Figure:
    """At most as many curves as there are colours."""
    figure, axes = look.subplots([1.9] + [1.25] * len(curves), sharex=True)
    _means(axes[0][0], curves)
    for place, curve in enumerate(curves):
        _spread(axes[place + 1][0], curve, place, len(curves) > 1)
    for row in axes:
        _scale(row[0], curves, label if row is axes[-1] else "")
    return figure
