"""Protected memories once more: what is read of a word some of whose bits are wrong.

A word holds the number's bits, lowest first, and above them: tmr: two copies of each tripled bit, all first copies
first; secded: the check bits of Hamming's code, then one that makes the ones of all before it even; parity: that alone.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import Any

from crosscheck_result import BadInput


@dataclass(frozen=True)
class Protection:
    scheme: str = "none"
    tripled: tuple[int, ...] = tuple(range(32))
    layers: tuple[str, ...] = ("*",)

    def scheme_of(self, layer: str) -> str:
        return self.scheme if any(fnmatch.fnmatchcase(layer, pattern) for pattern in self.layers) else "none"

    def _tripled(self, bits: int) -> list[int]:
        return [bit for bit in self.tripled if bit < bits]

    def width(self, layer: str, bits: int) -> int:
        """Of a word that holds a number of so many bits."""
        added = {"none": 0, "tmr": 2 * len(self._tripled(bits)), "secded": _checks(bits) + 1, "parity": 1}
        return bits + added[self.scheme_of(layer)]

    def read(self, layer: str, bits: int, stored: int, wrong: int) -> int:
        """The number that is read where `stored` was written and the bits `wrong` of the word have flipped since."""
        scheme, number = self.scheme_of(layer), (stored ^ wrong) & ((1 << bits) - 1)
        if scheme == "tmr":
            return self._majority(bits, number, stored, wrong)
        if scheme == "secded":
            return _hamming(bits, stored, wrong)
        if scheme == "parity":
            return 0 if wrong.bit_count() % 2 else number
        return number

    def _majority(self, bits: int, number: int, stored: int, wrong: int) -> int:
        tripled = self._tripled(bits)
        for place, bit in enumerate(tripled):
            hits = sum(wrong >> copy & 1 for copy in (bit, bits + place, bits + len(tripled) + place))
            number = number & ~(1 << bit) | ((stored >> bit & 1) ^ (hits >= 2)) << bit
        return number


def _checks(bits: int) -> int:
    return next(count for count in range(1, 8) if 2**count >= bits + count + 1)


def _hamming(bits: int, stored: int, wrong: int) -> int:
    """Places are numbered from 1: those that are powers of two hold check bits. Each check bit sees the places whose
    number has its bit; wrong ones say where the error is."""
    checks = _checks(bits)
    places = [place for place in range(1, bits + checks + 1) if place & (place - 1)]
    where = places + [1 << check for check in range(checks)]  # of the word's bits, but for the last
    flipped = [place for bit, place in enumerate(where) if wrong >> bit & 1]
    said = sum((sum(place >> check & 1 for place in flipped) % 2) << check for check in range(checks))
    number = (stored ^ wrong) & ((1 << bits) - 1)
    if said == 0:
        return number
    if wrong.bit_count() % 2 == 0 or said not in where:
        return 0
    return number ^ 1 << places.index(said) if said in places else number


def _bits(text: str) -> tuple[int, ...]:
    ranges = [part.split("-") for part in text.split(",")]
    return tuple(bit for ends in ranges for bit in range(int(ends[0]), int(ends[-1]) + 1))


def parse(described: Any) -> Protection:
    """fault_model.protection of a result. Raises BadInput."""
    if described == "none":
        return Protection()
    try:
        if described["scheme"] not in ("tmr", "secded", "parity"):
            raise ValueError(described["scheme"])
        tripled = Protection.tripled if described["bits"] is None else _bits(described["bits"])
        return Protection(described["scheme"], tripled, tuple(described["layers"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"fault_model.protection: not understood ({type(error).__name__}: {error})") from error
