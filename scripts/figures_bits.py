"""Figure 2: what the bits of a word are worth. Accuracy by bit from an indexed test, and from a sample test the share
of images that one error makes wrong: by bit and direction, and by layer, bit and direction."""

from __future__ import annotations

import itertools

import figures_style as look
import numpy
from figures_data import Bits, Cells, Directions
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

ARROWS = {"0to1": "0→1", "1to0": "1→0"}


def _colour(role: str) -> str:
    return look.ROLES.get(role, look.MIXED_ROLE if role else look.UNKNOWN_ROLE)


def _roles(bits: list[int], roles: list[str]) -> list[Line2D]:
    """Legend entries that name each role's bits, so that they are told apart in grey, too."""
    entries = []
    for role in dict.fromkeys(roles):
        own = [bit for bit, other in zip(bits, roles) if other == role]
        starts = [bit for bit in own if bit - 1 not in own or bit - 1 not in bits]
        ends = [bit for bit in own if bit + 1 not in own or bit + 1 not in bits]
        ranges = ", ".join(f"{start}–{end}" if end > start else f"{start}" for start, end in zip(starts, ends))
        text = f"{role or 'not met'} {ranges}" if len(starts) <= 3 else role or "not met"
        entries.append(Line2D([], [], linestyle="", marker="s", markersize=4, color=_colour(role), label=text))
    return entries


def _bit_axis(axis: Axes, bits: list[int], roles: list[str]) -> None:
    """Every bit (of very many, every third) has its label, in its role's colour; the most significant stands right."""
    places = range(0, len(bits), -(-len(bits) // 40))
    axis.set_xlim(-0.6, len(bits) - 0.4)
    axis.set_xticks(places, [str(bits[place]) for place in places], rotation=90 if len(bits) > 16 else 0)
    axis.tick_params(axis="x", length=0, pad=2, labelsize=6 if len(bits) > 16 else 6.5)
    for label, place in zip(axis.get_xticklabels(), places):
        label.set_color(_colour(roles[place]))
    for place, (left, right) in enumerate(itertools.pairwise(roles)):
        if left != right:
            axis.axvline(place + 0.5, color=look.LIGHT, linewidth=0.6, zorder=0)
    axis.set_xlabel("Bit that is flipped")


def draw_bits(data: Bits) -> Figure:
    """Every run as a short line, the median as a black one, the mean as a dot with its interval."""
    figure, axes = look.subplots([2.2])
    axis = axes[0][0]
    places = list(range(len(data.bits)))
    colours = [_colour(role) for role in data.roles]
    runs = [(place, run) for place, accuracy in zip(places, data.accuracy) for run in accuracy.runs]
    count = max((len(accuracy.runs) for accuracy in data.accuracy), default=0)
    look.segments(axis, [[(place - 0.42, run), (place + 0.42, run)] for place, run in runs], "runs", linewidth=0.7,
                  colors=[colours[place] for place, _ in runs], alpha=look.faintness(count), zorder=1)
    medians = [accuracy.quantiles[2] for accuracy in data.accuracy]
    look.segments(axis, [[(place - 0.42, median), (place + 0.42, median)] for place, median in zip(places, medians)],
                  "median", linewidth=1.2, color="black", zorder=2)
    look.segments(axis, [[(place, one.low), (place, one.high)] for place, one in zip(places, data.accuracy)],
                  "interval", linewidth=0.7, color="black", zorder=3)
    axis.plot(places, [accuracy.mean for accuracy in data.accuracy], linestyle="", marker="o", markersize=3.2,
              markerfacecolor="white", markeredgecolor="black", markeredgewidth=0.7, clip_on=False, zorder=4,
              gid="mean")
    axis.axhline(data.golden, color=look.GREY, linewidth=0.6, linestyle=(0, (1, 2)), gid="golden")
    look.share_axis(axis, "y", "Top-1 accuracy")
    _bit_axis(axis, data.bits, data.roles)
    marks = [Line2D([], [], color=look.GREY, linewidth=0.7, label="a run"),
             Line2D([], [], color="black", linewidth=1.2, label="median"),
             Line2D([], [], color="black", linewidth=0.7, marker="o", markersize=3.2, markerfacecolor="white",
                    label="mean, interval")]
    roles = _roles(data.bits, data.roles)
    blank = Line2D([], [], linestyle="", label="")
    look.legend(figure, [one for pair in itertools.zip_longest(roles, marks, fillvalue=blank) for one in pair],
                max(len(roles), len(marks)))
    return figure


def draw_directions(data: Directions) -> Figure:
    """Filled triangles up for 0→1, open ones down for 1→0."""
    figure, axes = look.subplots([2.0])
    axis = axes[0][0]
    handles = []
    for shift, colour, marker, face, (direction, values) in zip(
            (-1.2, 1.2), ("#000000", "#CC79A7"), "^v", ("#000000", "white"), data.critical.items()):
        transform = look.shifted(axis, shift)
        look.segments(axis, [[(bit, low), (bit, high)] for bit, (_, low, high) in zip(data.bits, values)],
                      f"interval-{direction}", transform=transform, color=colour, linewidth=0.7)
        handles += axis.plot(data.bits, [mean for mean, _, _ in values], linestyle="", marker=marker, markersize=3.2,
                             color=colour, markerfacecolor=face, markeredgewidth=0.9, clip_on=False, zorder=4,
                             transform=transform, gid=f"mean-{direction}", label=ARROWS[direction])
    look.share_axis(axis, "y", "Critical share of one error")
    _bit_axis(axis, data.bits, data.roles)
    look.legend(figure, handles + _roles(data.bits, data.roles), 3)
    return figure


def row_height(count: int) -> float:
    """Inches for so many rows of names; they get narrower where the page would end."""
    return min(max(0.105 * count, 0.5), look.TALLEST - 1.2)


def name_rows(axis: Axes, names: list[str], height: float) -> None:
    """The first on top; as many names as there is room for."""
    step = max(1, -(-len(names) * 7 // int(height * 72)))
    places = list(range(0, len(names), step))
    labels = look.distinct(names)
    axis.set_yticks(places, [labels[place] for place in places])
    axis.tick_params(axis="y", length=0, labelsize=min(6.0, max(4.0, height * 72 / len(names) * step * 0.85)))
    axis.set_ylim(len(names) - 0.5, -0.5)


def _few_bits(roles: list[str]) -> list[int]:
    """Those worth a label where there isn't room for all: both ends, where roles begin, and every eighth."""
    width = len(roles)
    starts = [bit for bit in range(1, width) if roles[bit] != roles[bit - 1]]
    chosen: list[int] = []
    for bit in [0, width - 1, *starts, *range(0, width, 8)]:
        if all(abs(bit - other) >= width / 10 for other in chosen):
            chosen.append(bit)
    return sorted(chosen)


def draw_cells(data: Cells) -> Figure:
    """One map for each direction. Hatched grey is what no trial met: nothing is known of it."""
    height = row_height(len(data.layers))
    figure, axes = look.subplots([height + 0.95], (1, 1), sharey=True)
    width = len(data.roles)
    for axis, (direction, rows) in zip(axes[0], data.critical.items()):
        axis.add_patch(Rectangle((-0.5, -0.5), width, len(rows), facecolor="#EDEDED", edgecolor="#8A8A8A",
                                 hatch="//////", linewidth=0, zorder=0))
        mesh = axis.pcolormesh(numpy.arange(width + 1) - 0.5, numpy.arange(len(rows) + 1) - 0.5,
                               numpy.ma.masked_invalid(numpy.array(rows)), vmin=0, vmax=1, cmap="cividis", zorder=1,
                               rasterized=True, gid=f"cells-{direction}")
        axis.set_title(ARROWS[direction], pad=3)
        ticks = _few_bits(data.roles)
        axis.set_xticks(ticks, [str(bit) for bit in ticks])
        for tick, label in zip(ticks, axis.get_xticklabels()):
            label.set_color(_colour(data.roles[tick]))
        axis.tick_params(axis="x", length=2, labelsize=6)
        axis.set_xlim(-0.5, width - 0.5)
        axis.set_xlabel("Bit")
        name_rows(axis, data.layers, height)
    bar = figure.colorbar(mesh, ax=list(axes[0]), orientation="horizontal", aspect=40, pad=0.02, shrink=0.8)
    bar.set_ticks([0, 0.25, 0.5, 0.75, 1], labels=["0", ".25", ".5", ".75", "1"])
    bar.set_label("Critical share of one error")
    bar.outline.set_visible(False)
    nothing = Patch(facecolor="#EDEDED", edgecolor="#8A8A8A", hatch="//////", linewidth=0, label="no data")
    look.legend(figure, [nothing, *_roles(list(range(width)), data.roles)], 4)
    return figure
