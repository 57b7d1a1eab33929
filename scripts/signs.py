"""Small drawn traffic signs, for a demonstration that needs no downloads.

A sign is a list of filled polygons and thick lines in its own square [-1, 1] x [-1, 1] (y down). An image places one on
a random background by a random affine map, then occludes, blurs, lights and grains it. Every image is a function of
(seed, class, number) alone, through NumPy's RandomState, whose streams are frozen for ever.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy
from PIL import Image, ImageDraw, ImageFilter

SIZE = 32
OVERSAMPLING = 4  # drawn this much larger and averaged down, which gives soft edges
CANVAS = SIZE * OVERSAMPLING

Point = tuple[float, float]
Colour = tuple[int, int, int]

RED, WHITE, BLACK = (190, 25, 35), (240, 240, 240), (20, 20, 20)
BLUE, YELLOW = (25, 70, 165), (245, 190, 30)


@dataclass(frozen=True)
class Mark:
    """One stroke of paint: a filled polygon, or a line of `width` sign units where `width` is positive."""

    points: list[Point]
    colour: Colour
    width: float = 0.0


def regular(corner_count: int, radius: float, first_degrees: float) -> list[Point]:
    """The corners of a regular polygon around the origin, the first one at `first_degrees`."""
    angles = [math.radians(first_degrees + 360.0 * corner / corner_count) for corner in range(corner_count)]
    return [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def disc(radius: float) -> list[Point]:
    """A circle, near enough."""
    return regular(40, radius, 0.0)


# Digits as lines in a box 2 wide and 4 high.
DIGITS: dict[str, list[Point]] = {
    "0": [(-1, -1), (-0.5, -2), (0.5, -2), (1, -1), (1, 1), (0.5, 2), (-0.5, 2), (-1, 1), (-1, -1)],
    "3": [(-1, -2), (1, -2), (0, -0.4), (1, 0.4), (1, 1.3), (0.4, 2), (-0.5, 2), (-1, 1.5)],
    "5": [(1, -2), (-0.8, -2), (-0.9, -0.3), (0.4, -0.3), (1, 0.4), (1, 1.3), (0.4, 2), (-1, 2)],
    "8": [(0, -0.2), (-0.9, -0.9), (-0.6, -2), (0.6, -2), (0.9, -0.9), (0, -0.2), (1, 0.7), (0.7, 2), (-0.7, 2),
          (-1, 0.7), (0, -0.2)],
}


def speed_limit(number: str) -> list[Mark]:
    """A white disc with a red rim and a two-digit number."""
    marks = [Mark(disc(1.0), RED), Mark(disc(0.76), WHITE)]
    for place, digit in zip((-0.32, 0.32), number):
        marks.append(Mark([(place + 0.2 * x, 0.2 * y) for x, y in DIGITS[digit]], BLACK, 0.16))
    return marks


def turn(side: float) -> list[Mark]:
    """A blue disc with an arrow that comes from below and turns to `side` (-1 left, 1 right)."""
    head = [(0.25 * side, -0.62), (0.78 * side, -0.2), (0.25 * side, 0.22)]
    stem = [(-0.35 * side, 0.6), (-0.35 * side, -0.2), (0.3 * side, -0.2)]
    return [Mark(disc(1.0), BLUE), Mark(stem, WHITE, 0.26), Mark(head, WHITE)]


def triangle(first_degrees: float) -> list[Mark]:
    """A white triangle with a red rim."""
    return [Mark(regular(3, 1.1, first_degrees), RED), Mark(regular(3, 0.66, first_degrees), WHITE)]


def bar(half_width: float, half_height: float) -> list[Point]:
    """An upright rectangle around the origin."""
    x, y = half_width, half_height
    return [(-x, -y), (x, -y), (x, y), (-x, y)]


STOP_LETTERS: list[list[Point]] = [
    [(-0.5, -0.24), (-0.7, -0.24), (-0.7, 0), (-0.5, 0), (-0.5, 0.24), (-0.7, 0.24)],
    [(-0.38, -0.24), (-0.14, -0.24), (-0.26, -0.24), (-0.26, 0.24)],
    [(0.02, -0.24), (0.24, -0.24), (0.24, 0.24), (0.02, 0.24), (0.02, -0.24)],
    [(0.44, 0.24), (0.44, -0.24), (0.66, -0.24), (0.66, 0), (0.44, 0)],
]

SIGNS: dict[str, list[Mark]] = {
    "give_way": triangle(90.0),
    "limit_30": speed_limit("30"),
    "limit_50": speed_limit("50"),
    "limit_80": speed_limit("80"),
    "no_entry": [Mark(disc(1.0), RED), Mark(bar(0.66, 0.2), WHITE)],
    "priority_road": [Mark(regular(4, 1.1, 0.0), WHITE), Mark(regular(4, 0.82, 0.0), YELLOW)],
    "stop": [Mark(regular(8, 1.0, 22.5), RED)] + [Mark(letter, WHITE, 0.1) for letter in STOP_LETTERS],
    "turn_left": turn(-1.0),
    "turn_right": turn(1.0),
    "warning": triangle(-90.0) + [Mark([(0, -0.3), (0, 0.1)], BLACK, 0.16), Mark([(0, 0.2), (0, 0.3)], BLACK, 0.16)],
}
CLASSES = sorted(SIGNS)  # label order, as sorted folder names give it


def any_colour(random: numpy.random.RandomState) -> Colour:
    """A colour from the middle of the range, as walls, trees and skies have."""
    return tuple(int(level) for level in random.randint(30, 220, 3))


def background(random: numpy.random.RandomState) -> Image.Image:
    """A vertical gradient between two colours with a few boxes in front."""
    top, bottom = numpy.array(any_colour(random)), numpy.array(any_colour(random))
    share = numpy.linspace(0.0, 1.0, CANVAS)[:, None, None]
    rows = top * (1.0 - share) + bottom * share
    image = Image.fromarray(numpy.broadcast_to(rows, (CANVAS, CANVAS, 3)).astype(numpy.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(random.randint(0, 4)):
        left, upper, width, height = random.randint(0, CANVAS, 4)
        draw.rectangle([left, upper, left + width // 2, upper + height // 2], fill=any_colour(random))
    return image


def placement(random: numpy.random.RandomState) -> tuple[numpy.ndarray, float]:
    """A random affine map from sign units to canvas pixels (2 x 3), and the scale of its lines."""
    scale = CANVAS * random.uniform(0.17, 0.40)
    angle = math.radians(random.uniform(-16.0, 16.0))
    squeeze, shear = random.uniform(0.72, 1.0), random.uniform(-0.12, 0.12)
    shift = CANVAS / 2 + random.uniform(-1.0, 1.0, 2) * CANVAS * 0.11
    rotation = numpy.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return numpy.column_stack([scale * rotation @ numpy.array([[squeeze, shear], [0.0, 1.0]]), shift]), scale


def paint(image: Image.Image, marks: list[Mark], matrix: numpy.ndarray, scale: float) -> None:
    """Draw the marks on `image`, in order."""
    draw = ImageDraw.Draw(image)
    for mark in marks:
        points = [tuple(matrix @ numpy.array([x, y, 1.0])) for x, y in mark.points]
        if mark.width > 0.0:
            draw.line(points, fill=mark.colour, width=max(1, round(mark.width * scale)), joint="curve")
        else:
            draw.polygon(points, fill=mark.colour)


def occlude(image: Image.Image, random: numpy.random.RandomState) -> None:
    """Put a branch or a post across a part of two images in five."""
    if random.uniform() < 0.4:
        ends = random.randint(0, CANVAS, 4)
        width = int(random.randint(CANVAS // 14, CANVAS // 5))
        ImageDraw.Draw(image).line([int(end) for end in ends], fill=any_colour(random), width=width)


def photograph(image: Image.Image, random: numpy.random.RandomState) -> Image.Image:
    """The canvas as a small camera sees it: blurred, averaged down, under some light, with grain."""
    blurred = image.filter(ImageFilter.GaussianBlur(random.uniform(0.0, 1.3) * OVERSAMPLING * 0.6))
    pixels = numpy.asarray(blurred.resize((SIZE, SIZE), Image.Resampling.BOX), dtype=numpy.float64)
    contrast, light = random.uniform(0.22, 1.0), random.uniform(-55.0, 55.0)
    grain = random.normal(0.0, random.uniform(3.0, 26.0), pixels.shape)
    return Image.fromarray(numpy.clip((pixels - 128.0) * contrast + 128.0 + light + grain, 0, 255).astype(numpy.uint8))


def draw_sign(seed: int, label: int, number: int) -> Image.Image:
    """Image `number` of class `label`: SIZE x SIZE, RGB; the same for the same three numbers."""
    random = numpy.random.RandomState([seed, label, number])
    image = background(random)
    paint(image, SIGNS[CLASSES[label]], *placement(random))
    occlude(image, random)
    return photograph(image, random)
