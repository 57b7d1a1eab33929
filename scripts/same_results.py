#!/usr/bin/env python3
"""Are two results of one campaign the same? Compares result.json, without what differs between identical invocations
(timing, environment.host, and the files' own names), and faults.csv byte by byte. Names the first difference.

  scripts/same_results.py FOLDER FOLDER
"""
import json
import pathlib
import sys


def first_difference(one, other, place=""):
    """Where they differ and how, as text; empty if they don't."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = ((key, one[key], other[key]) for key in one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = ((index, *pair) for index, pair in enumerate(zip(one, other)))
    else:
        return "" if one == other else f"{place}: {str(one)[:200]} and {str(other)[:200]}"
    return next(filter(None, (first_difference(a, b, f"{place}/{key}") for key, a, b in pairs)), "")


def comparable(folder):
    result = json.loads((folder / "result.json").read_text())
    del result["timing"], result["environment"]["host"]
    return result


def main():
    one, other = map(pathlib.Path, sys.argv[1:])
    difference = first_difference(comparable(one), comparable(other))
    if not difference and (one / "faults.csv").read_bytes() != (other / "faults.csv").read_bytes():
        difference = "faults.csv"
    if difference:
        sys.exit(f"{one} and {other} differ in {difference}")


if __name__ == "__main__":
    main()
