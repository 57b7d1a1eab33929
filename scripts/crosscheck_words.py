"""Number formats once more, in NumPy: from a file's floats to the words that memory would hold, and back.

A word of B bits in "fixedB:fF" stands for m / 2^F, where m is the word as a two's complement number; with
":sign-magnitude" at the end the top bit is the sign and the rest is |m|.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy

from crosscheck_result import BadInput

NAME = re.compile(r"fixed(\d+):f(-?\d+)(:sign-magnitude)?")


@dataclass(frozen=True)
class Format:
    bits: int = 32
    fraction: int | None = None  # None: float32
    sign_magnitude: bool = False

    def encode(self, numbers: numpy.ndarray) -> numpy.ndarray:
        """float32 to uint32. Raises BadInput for a number that the format hasn't got."""
        if self.fraction is None:
            return numbers.view(numpy.uint32).copy()
        steps = numpy.ldexp(numbers.astype(numpy.float64), self.fraction)  # exact
        top = 1 << (self.bits - 1)
        lowest = 1 - top if self.sign_magnitude else -top
        sound = numpy.isfinite(steps) & (steps == numpy.rint(steps)) & (steps >= lowest) & (steps < top)
        whole = numpy.where(sound, steps, 0).astype(numpy.int64)
        if self.sign_magnitude:
            words = numpy.abs(whole) | numpy.where(numpy.signbit(numbers), top, 0)
        else:
            words = whole & (2 * top - 1)
            sound &= ~((whole == 0) & numpy.signbit(numbers))  # it has one zero
        if not sound.all():
            place = int(numpy.flatnonzero(~sound)[0])
            raise BadInput(f"number {place} is {numbers[place]!r}, which {self} hasn't got")
        return words.astype(numpy.uint32)

    def decode(self, words: numpy.ndarray) -> numpy.ndarray:
        """uint32 to float32."""
        if self.fraction is None:
            return words.view(numpy.float32).copy()
        whole, top = words.astype(numpy.int64), 1 << (self.bits - 1)
        if self.sign_magnitude:
            size = numpy.ldexp((whole & (top - 1)).astype(numpy.float64), -self.fraction)
            numbers = numpy.where(whole & top, -size, size)
        else:
            numbers = numpy.ldexp((whole - ((whole & top) << 1)).astype(numpy.float64), -self.fraction)
        return numbers.astype(numpy.float32)


def parse(name: str) -> Format:
    """The format of a tensor by its name in the result. Raises BadInput."""
    if name == "float32":
        return Format()
    match = NAME.fullmatch(name)
    if not match or not 1 <= int(match[1]) <= 24:
        raise BadInput(f"{name!r} is no format of a stored tensor: float32, or as fixed8:f7")
    return Format(int(match[1]), int(match[2]), match[3] is not None)
