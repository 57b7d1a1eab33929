"""How the figures look: one column of a journal wide, type that survives print, colours that the colour-blind tell
apart and a photocopier too (by line and marker), and the same bytes every time."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib

matplotlib.use("Agg")

from matplotlib import font_manager, pyplot  # noqa: E402
from matplotlib.artist import Artist  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.collections import LineCollection  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.transforms import ScaledTranslation, Transform  # noqa: E402

WIDTH = 3.5  # inches: a column of a two-column page
TALLEST = 9.0
# Okabe and Ito's colours, the marker and the line that stand for them in grey.
SERIES = [("#0072B2", "o", "-"), ("#D55E00", "s", "--"), ("#009E73", "^", "-."), ("#CC79A7", "D", ":"),
          ("#E69F00", "v", (0, (5, 1))), ("#000000", "P", (0, (1, 1)))]
ROLES = {"mantissa": "#0072B2", "exponent": "#D55E00", "sign": "#000000", "integer": "#D55E00", "fraction": "#0072B2",
         "copy": "#009E73", "check": "#8C5A00", "parity": "#8C5A00"}
MIXED_ROLE = "#7A4F6D"
UNKNOWN_ROLE = "#767676"
GREY = "#767676"
LIGHT = "#D9D9D9"

SETTINGS = {
    "font.family": "DejaVu Sans", "font.size": 7, "axes.labelsize": 7, "xtick.labelsize": 6.5, "ytick.labelsize": 6.5,
    "legend.fontsize": 6.5, "legend.frameon": False, "axes.titlesize": 7, "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6, "xtick.major.width": 0.6,
    "ytick.major.width": 0.6, "xtick.major.size": 2.5, "ytick.major.size": 2.5, "lines.linewidth": 1.0,
    "hatch.linewidth": 0.4, "pdf.fonttype": 42, "ps.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "faultline",
    "savefig.dpi": 400, "figure.dpi": 100, "text.parse_math": False, "text.usetex": False, "pdf.compression": 6,
}
METADATA = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {"Software": None}}


@contextmanager
def style() -> Iterator[None]:
    """Only our settings hold within, whatever the user's own are. Layouts that are too tight are no news."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        warnings.filterwarnings("ignore", category=UserWarning)
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        yield


def subplots(heights: Sequence[float], widths: Sequence[float] = (1,), **arguments: object) -> tuple[Figure, object]:
    """Panels of these heights in inches, with room for labels beside them, in the width of one column."""
    return pyplot.subplots(len(heights), len(widths), squeeze=False, layout="constrained",
                           figsize=(WIDTH, min(sum(heights), TALLEST)),
                           gridspec_kw={"height_ratios": heights, "width_ratios": widths}, **arguments)


def rendered(figure: Figure, form: str) -> bytes:
    """The file's bytes; `form` is pdf, svg or png."""
    target = io.BytesIO()
    figure.savefig(target, format=form, metadata=METADATA[form])
    return target.getvalue() if form != "svg" else _renumbered(target.getvalue())


def _renumbered(svg: bytes) -> bytes:
    """Matplotlib names clipping paths after addresses in memory, which differ from time to time."""
    numbers: dict[bytes, bytes] = {}
    return re.sub(rb'(#|id=")(p[0-9a-f]{10})\b',
                  lambda found: found[1] + numbers.setdefault(found[2], b"clip%d" % len(numbers)), svg)


def close(figure: Figure) -> None:
    pyplot.close(figure)


_glyphs: set[int] = set()


def printable(text: str) -> str:
    """Without what has no glyph here or isn't meant to be seen, such as line breaks and marks of direction."""
    if not _glyphs:
        _glyphs.update(font_manager.get_font(font_manager.findfont("DejaVu Sans")).get_charmap())
    return "".join(char if char.isprintable() and ord(char) in _glyphs else "\ufffd" for char in text)


def shortened(text: str, length: int = 28) -> str:
    """Printable, and without its middle where it is longer than that."""
    text = text if len(text) <= length else text[: length // 2] + "…" + text[-((length - 1) // 2):]
    return printable(text)


def distinct(names: Sequence[str], length: int = 28) -> list[str]:
    """Shortened names; those that have become alike get their place."""
    short = [shortened(name, length) for name in names]
    return [f"{name} #{place}" if short.count(name) > 1 else name for place, name in enumerate(short, 1)]


def legend_label(text: str) -> str:
    """Matplotlib hides labels that begin with an underscore."""
    text = shortened(text, 40)
    return " " + text if text.startswith("_") else text


def legend(figure: Figure, handles: list[Artist], columns: int) -> None:
    """Above everything, in a strip of its own, so that long entries don't squeeze panels."""
    rows = -(-len(handles) // columns)
    top = 1 - (0.13 * rows + 0.06) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, 0, 1, top))
    figure.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 1), ncol=columns, handletextpad=0.4,
                  columnspacing=1.2, borderpad=0.2, labelspacing=0.35, borderaxespad=0)


def decimal(number: float) -> str:
    return re.sub(r"e([+-])0*", lambda found: "e" + found[1].replace("+", ""), f"{number:g}")


def share_axis(axis: Axes, which: str, label: str) -> None:
    getattr(axis, f"set_{which}lim")(0, 1)
    getattr(axis, f"set_{which}ticks")([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
    getattr(axis, f"set_{which}label")(label)


def shifted(axis: Axes, points: float) -> Transform:
    """Data coordinates, moved right by so many points, so that what stands at the same place is seen beside it."""
    return axis.transData + ScaledTranslation(points / 72, 0, axis.figure.dpi_scale_trans)


def segments(axis: Axes, lines: list[list[tuple[float, float]]], gid: str, **arguments: object) -> None:
    """Lines of two or more points; what is NaN in them is a gap. Many are stored as pixels, or files would be huge."""
    arguments = {"clip_on": False, "rasterized": sum(map(len, lines)) > 6000, **arguments}
    axis.add_collection(LineCollection(lines, gid=gid, **arguments), autolim=False)


def faintness(count: int) -> float:
    """Of each of many lines, so that few are seen and many don't become one blot."""
    return min(0.7, max(0.03, 15 / max(count, 1)))
