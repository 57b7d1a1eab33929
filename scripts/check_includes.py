#!/usr/bin/env python3
"""Keeps the floors true: reads every #include under include/, src/ and tests/ and fails, naming file and line, when

* a part includes one of a higher floor, or another one on its own floor,
* a part includes a header that lies in another part's src/ folder,
* a heavy library is included outside the parts that may, or in include/ where it must not show.

Usage: check_includes.py [ROOT]
"""

import dataclasses
import pathlib
import posixpath
import re
import sys

FLOORS = {
    "core": 0,
    "number": 1,
    "archive": 1,
    "fault": 1,
    "dataset": 1,
    "network": 2,
    "evaluation": 3,
    "quantization": 4,
    "campaign": 4,
    "report": 5,
    "page": 6,
    "cli": 7,
    "main": 8,  # src/main.cpp
}


@dataclasses.dataclass(frozen=True)
class Library:
    name: str
    prefixes: tuple[str, ...]
    parts: tuple[str, ...]  # that may include it
    in_faces: bool = False  # may it show in include/?


LIBRARIES = (
    Library("nlohmann_json", ("nlohmann/",), ("core",), in_faces=True),
    Library("OpenSSL", ("openssl/",), ("core",)),
    Library("Random123", ("Random123/",), ("core",)),
    Library("zlib", ("zlib.h",), ("archive",)),
    Library("xxHash", ("xxhash.h", "xxh3.h"), ("dataset",)),
    Library("OpenCV", ("opencv2/", "opencv/"), ("dataset",)),
    Library("LibTorch", ("torch/", "ATen/", "c10/"), ("network", "evaluation", "quantization"), in_faces=True),
    Library("Boost", ("boost/",), ("campaign",)),
    Library("Graphviz", ("graphviz/",), ("page",)),
    Library("CLI11", ("CLI/",), ("cli", "main")),
    Library("spdlog", ("spdlog/",), ("cli", "main")),
)

# What several parts' tests share, and what measures several parts: they may use whatever is measured or tested.
SHARED_TESTS = ("support", "benchmarks", "fuzz")

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


@dataclasses.dataclass(frozen=True)
class Place:
    """A file seen as a member of a part. `area` is include, src or tests."""

    area: str
    part: str


def place_of(path):
    """Of a path relative to the root; None when it belongs to no part."""
    names = pathlib.PurePosixPath(path).parts
    if path == "src/main.cpp":
        return Place("src", "main")
    if names[:2] == ("include", "faultline") and len(names) > 3:
        return Place("include", names[2])
    if names[0] in ("src", "tests") and len(names) > 2:
        return Place(names[0], names[1])
    return None


def target_of(path, name, quoted):
    """The place that including `name` in the file `path` leads to; None for headers from elsewhere."""
    if name.startswith("faultline/"):
        return place_of("include/" + name)
    return place_of(posixpath.normpath(posixpath.join(posixpath.dirname(path), name))) if quoted else None


def floorless(part):
    return f"part '{part}' has no floor; add it to the table in scripts/check_includes.py"


def floor_complaint(place, target):
    if target.part not in FLOORS:
        return floorless(target.part)
    if target.part == place.part:
        return None
    if target.area == "src":
        return f"{place.part} includes a header of src/{target.part}, which is nobody else's business"
    own, other = FLOORS[place.part], FLOORS[target.part]
    if other > own:
        return f"{place.part} (floor {own}) includes {target.part} (floor {other}), which stands above it"
    if other == own:
        return f"{place.part} includes {target.part}, but both stand on floor {own}"
    return None


def library_complaint(place, name):
    for library in LIBRARIES:
        if not name.startswith(library.prefixes):
            continue
        if place.part not in library.parts:
            return f"{place.part} includes {library.name}, which only {' and '.join(library.parts)} may"
        if place.area == "include" and not library.in_faces:
            return f"{library.name} must not show in include/; include it in src/{place.part}"
    return None


def complaint(path, place, name, quoted):
    target = target_of(path, name, quoted)
    if target is None:
        return library_complaint(place, name)
    if target.area == "tests":
        return None
    return floor_complaint(place, target)


def source_files(root):
    for area in ("include", "src", "tests"):
        for path in sorted((root / area).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                yield path.relative_to(root).as_posix()


def violations(root):
    """One line each: "file:line: what is wrong"."""
    found = []
    for path in source_files(root):
        place = place_of(path)
        if place is None or (place.area == "tests" and place.part in SHARED_TESTS):
            continue
        if place.part not in FLOORS:
            found.append(f"{path}:1: {floorless(place.part)}")
            continue
        lines = (root / path).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            include = INCLUDE.match(line)
            wrong = include and complaint(path, place, include[2], include[1] == '"')
            if wrong:
                found.append(f"{path}:{number}: {wrong}")
    return found


def main(arguments):
    root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parent.parent
    if not any(source_files(root)):
        sys.exit(f"{root}: no sources found; is this the project's root?")
    found = violations(root)
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
