#!/usr/bin/env python3
"""Figures for papers, from one or several results (files or their folders): accuracy against errors, by bit, by layer,
as PDF, SVG and PNG of one column's width, with captions.txt beside them. Needs matplotlib (Debian: python3-matplotlib).

    scripts/figures.py RESULT... -o FOLDER [--format pdf,svg,png]

Figures that are there already are replaced. Exit codes: 0 done, 2 usage, 3 a result can't be read or has nothing to
draw, 4 a file can't be written. Nothing is written unless everything can be drawn.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from figures_data import Bits, Cells, Curve, Directions, Figure, figures
from figures_read import BadInput, all_series, read

FORMATS = ("pdf", "svg", "png")


def fail(code: int, message: str) -> int:
    print("figures: " + message.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
    return code


def formats(text: str) -> list[str]:
    found = list(dict.fromkeys(text.split(",")))
    if not set(found) <= set(FORMATS):
        raise argparse.ArgumentTypeError(f"{text} isn't made of {', '.join(FORMATS)}")
    return found


def in_parts(found: dict[str, list[Figure]], most: int) -> dict[str, list[Figure]]:
    """Figures of more series than can be told apart become several."""
    return {name if first == 0 else f"{name}-part{first // most + 1}": parts[first:first + most]
            for name, parts in found.items() for first in range(0, len(parts), most)}


def files(found: dict[str, list[Figure]], forms: list[str]) -> dict[str, bytes]:
    """Each file's bytes by its name."""
    import figures_bits
    import figures_captions
    import figures_errors
    import figures_layers
    import figures_style

    made, captions = {}, []
    for name, parts in in_parts(found, len(figures_style.SERIES)).items():
        match parts[0]:
            case Curve():
                label = "Bit error rate" if "rates" in name else "Errors in the network"
                figure = figures_errors.draw(parts, label)
            case Bits():
                figure = figures_bits.draw_bits(parts[0])
            case Directions():
                figure = figures_bits.draw_directions(parts[0])
            case Cells():
                figure = figures_bits.draw_cells(parts[0])
            case _:
                figure = figures_layers.draw(parts[0])
        for form in forms:
            made[f"{name}.{form}"] = figures_style.rendered(figure, form)
        figures_style.close(figure)
        captions.append(figures_captions.caption(name, parts))
    return made | {"captions.txt": "\n".join(captions).encode()}


def write(folder: Path, made: dict[str, bytes]) -> None:
    """Each file is there whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as unfinished:
        for name, content in made.items():
            (Path(unfinished) / name).write_bytes(content)
        for name in made:
            os.replace(Path(unfinished) / name, folder / name)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULT")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--format", type=formats, default=list(FORMATS), metavar="pdf,svg,png")
    options = parser.parse_args(arguments)
    try:
        from figures_style import style
    except ImportError:
        return fail(2, f"{sys.executable} has no matplotlib; install python3-matplotlib and use /usr/bin/python3")
    try:
        found = figures(all_series([read(path) for path in options.results]))
        if not found:
            raise BadInput(f"{', '.join(map(str, options.results))}: nothing to draw; there are no points")
        with style():
            made = files(found, options.format)
        write(options.output, made)
    except BadInput as error:
        return fail(3, str(error))
    except OSError as error:
        return fail(4, f"{error.filename or options.output}: {error.strerror}")
    print(f"{options.output}: {', '.join(made)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
