"""Figure 3: accuracy with faults in one layer alone, or the mean of a group's layers. How many errors hit a layer
explains half of what one sees, so they stand beside it, and so does the drop divided by them."""

from __future__ import annotations

import math

import figures_style as look
from figures_bits import name_rows, row_height
from figures_data import Layers
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator


def _accuracy(axis: Axes, data: Layers, thickness: float) -> None:
    rows = list(enumerate(data.accuracy))
    count = max((len(accuracy.runs) for accuracy in data.accuracy), default=0)
    look.segments(axis, [[(one.mean - one.sd, row), (one.mean + one.sd, row)] for row, one in rows], "sd",
                  color="#9FC8E3", linewidth=3.2 * thickness, clip_on=True, zorder=1)
    look.segments(axis, [[(one.least, row), (one.most, row)] for row, one in rows], "range", color="black",
                  linewidth=0.5 * thickness, zorder=2)
    look.segments(axis, [[(run, row - 0.32), (run, row + 0.32)] for row, one in rows for run in one.runs], "runs",
                  color="#0072B2", linewidth=0.6 * thickness, alpha=look.faintness(count), zorder=3)
    axis.plot([one.mean for _, one in rows], [row for row, _ in rows], linestyle="", marker="o",
              markersize=3 * thickness, markerfacecolor="white", markeredgecolor="black",
              markeredgewidth=0.7 * thickness, clip_on=False, zorder=4, gid="mean")
    axis.axvline(data.golden, color=look.GREY, linewidth=0.6, linestyle=(0, (1, 2)), gid="golden")
    look.share_axis(axis, "x", "Top-1 accuracy")


def _beside(axis: Axes, values: list[float], label: str, gid: str, thickness: float) -> None:
    """Dots; counts that span decades on a logarithmic axis."""
    axis.plot(values, range(len(values)), linestyle="", marker="D", markersize=2.4 * thickness, color="black",
              clip_on=False, gid=gid)
    finite = [value for value in values if math.isfinite(value)]
    if finite and min(finite) > 0 and max(finite) > 30 * min(finite):
        axis.set_xscale("log")
        axis.minorticks_off()
        first, last = math.floor(math.log10(min(finite))), math.ceil(math.log10(max(finite)))
        ends = [10.0 ** first, 10.0 ** last]
        axis.set_xlim(*ends)
        axis.set_xticks(ends, [look.decimal(end) for end in ends])
    else:
        low, high = min(finite + [0.0]), max(finite + [0.0])
        axis.set_xlim(low * 1.08, high * 1.08 if high > 0 or low < 0 else 1)
        axis.xaxis.set_major_locator(MaxNLocator(2, steps=[1, 2, 5, 10]))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: look.decimal(value)))
        axis.axvline(0, color=look.LIGHT, linewidth=0.6, zorder=0)
    axis.set_xlabel(label)


def draw(data: Layers) -> Figure:
    """Rows in the network's order."""
    height = row_height(len(data.names))
    thickness = min(1.0, max(0.25, height * 72 / len(data.names) / 7.5))
    counted = any(math.isfinite(value) for value in data.errors)
    figure, axes = look.subplots([height + 0.75], (3, 1, 1) if counted else (3, 1), sharey=True)
    _accuracy(axes[0][0], data, thickness)
    if counted:
        _beside(axes[0][1], data.errors, "Errors\nin a run", "errors", thickness)
    _beside(axes[0][-1], data.drop_per_error, "Drop per\nerror", "drop-per-error", thickness)
    for axis in axes[0]:
        name_rows(axis, data.names, height)
        axis.grid(axis="y", color="#EEEEEE", linewidth=0.5)
        axis.set_axisbelow(True)
    marks = [Line2D([], [], color="#0072B2", linestyle="", marker="|", markersize=5, label="a run"),
             Line2D([], [], color="black", marker="o", markersize=3, markerfacecolor="white", linewidth=0.5,
                    label="mean, min to max"),
             Line2D([], [], color="#9FC8E3", linewidth=3.2, label="± sd"),
             Line2D([], [], color=look.GREY, linewidth=0.6, linestyle=(0, (1, 2)), label="without errors")]
    look.legend(figure, marks[1 if data.of_groups else 0:], 4)
    return figure
