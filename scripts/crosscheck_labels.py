"""Which images a result's dataset is made of, and their labels: the layouts, read in Python."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosscheck_result import BadInput, Result, Unsupported

RECORD_BYTES = 3073  # CIFAR-10: label, then 32 x 32 planes R, G, B
ENDINGS = (".jpeg", ".jpg", ".png")


@dataclass(frozen=True)
class Source:
    """Where the dataset lies, and how it carries its labels."""

    images: Path
    labels: Path | None
    layout: str
    synset_map: Path | None


@dataclass(frozen=True)
class Image:
    name: str  # below the folder; CIFAR-10: "record 17"
    label: int


def cifar10_file(images: Path) -> Path:
    return images / "test_batch.bin" if images.is_dir() else images


def _lines(path: Path | None, what: str) -> list[str]:
    if path is None:
        raise BadInput(f"the result names no {what}; give --labels FILE")
    try:
        return path.read_text(encoding="utf-8").rstrip().splitlines()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; say where it is with --labels") from error


def _files(folder: Path) -> list[str]:
    """All images below the folder, sorted by name; hidden files and folders don't count."""
    names = []
    for parent, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names += [Path(parent, name).relative_to(folder).as_posix() for name in files
                  if name.lower().endswith(ENDINGS) and not name.startswith(".")]
    return sorted(names)


def _classes(source: Source, names: list[str]) -> dict[str, int]:
    """Label of each class: its place among the sorted names, those of the map where there is one."""
    if source.synset_map is not None:
        names = [line.split()[0] for line in _lines(source.synset_map, "synset_map")]
    return {name: label for label, name in enumerate(sorted(set(names)))}


def _folders(source: Source) -> list[Image]:
    folders = [path.name for path in source.images.iterdir() if path.is_dir() and not path.name.startswith(".")]
    classes = _classes(source, folders)
    return [Image(name, classes[name.split("/")[0]]) for name in _files(source.images)]


def _list(source: Source) -> list[Image]:
    pairs = [line.rsplit(maxsplit=1) for line in _lines(source.labels, "labels file")]
    return [Image(name, int(label)) for name, label in pairs]


def _synsets(source: Source) -> list[Image]:
    names = [line.split()[0] for line in _lines(source.labels, "labels file")]
    classes = _classes(source, names)
    return [Image(file, classes[name]) for file, name in zip(_files(source.images), names, strict=True)]


def _devkit(source: Source) -> list[Image]:
    synsets = [line.split()[0] for line in _lines(source.synset_map, "synset_map")]
    classes = {name: label for label, name in enumerate(sorted(synsets))}
    ids = [int(line) for line in _lines(source.labels, "labels file")]
    return [Image(file, classes[synsets[number - 1]])
            for file, number in zip(_files(source.images), ids, strict=True)]


def _kaggle(source: Source) -> list[Image]:
    rows = [line.split(",", 1) for line in _lines(source.labels, "labels file")[1:]]
    synset_of = {name: boxes.split()[0] for name, boxes in rows}
    classes = _classes(source, list(synset_of.values()))
    return [Image(file, classes[synset_of[Path(file).stem]]) for file in _files(source.images)]


def _cifar10(source: Source) -> list[Image]:
    records = cifar10_file(source.images).read_bytes()
    return [Image(f"record {place}", label) for place, label in enumerate(records[::RECORD_BYTES])]


LAYOUTS = {"folders": _folders, "list": _list, "synsets": _synsets, "devkit": _devkit, "kaggle": _kaggle,
           "cifar10": _cifar10}


def _automatic(images: Path, labels: Path | None) -> tuple[str, Path | None]:
    """What `automatic` can only have meant; where two readings are possible nothing was measured."""
    beside = [path for path in (images / "val.txt", images.parent / "val.txt") if path.is_file()]
    labels = labels or (beside[0] if images.is_dir() and beside else None)
    if labels is None:
        return ("cifar10" if cifar10_file(images).is_file() else "folders"), None
    line = _lines(labels, "labels file")[0]
    if line.startswith("ImageId,"):
        return "kaggle", labels
    if len(line.split()) > 1:
        return "list", labels
    return ("devkit" if line.isdigit() else "synsets"), labels


def source(result: Result, images: Path | None, labels: Path | None) -> Source:
    """From the result's config, but `images` and `labels` where they are given."""
    config = result.get("config", "dataset")
    images = images or Path(result.get("config", "dataset", "images"))
    if not images.exists():
        raise BadInput(f"{images}: no such file or folder; say where the images are with --images")
    labels = labels or (Path(config["labels"]) if config.get("labels") else None)
    layout = config.get("layout", "automatic")
    if layout == "automatic":
        layout, labels = _automatic(images, labels)
    if layout not in LAYOUTS:
        raise Unsupported(f"dataset.layout: {layout} can't be read here; there are {', '.join(LAYOUTS)}")
    synset_map = Path(config["synset_map"]) if config.get("synset_map") else None
    return Source(images, labels, layout, synset_map)


def _select(images: list[Image], result: Result) -> list[Image]:
    config: dict[str, Any] = result.get("config", "dataset")
    named = result.find(None, "images", "names")
    if named is not None:
        by_name = {image.name: image for image in images}
        return [by_name[name] for name in named]
    if config.get("one_per_class"):
        raise Unsupported(f"{result.path}: one_per_class draws images by random numbers that aren't made here, and "
                          f"the result doesn't list the images drawn (images.names)")
    first = config.get("first", 0)
    bad = {image["name"] for image in result.find([], "images", "bad")}
    return [image for image in images[: first or None] if image.name not in bad]


def _sha256(images: list[Image], source: Source) -> str:
    """The result's identity.images_sha256: name, NUL, size in bytes and label of each image in turn."""
    digest = hashlib.sha256()
    for image in images:
        size = RECORD_BYTES if source.layout == "cifar10" else (source.images / image.name).stat().st_size
        digest.update(image.name.encode("utf-8", "surrogateescape") + f"\0{size} {image.label}\n".encode())
    return digest.hexdigest()


def read(result: Result, source: Source) -> list[Image]:
    """The images in the order they were measured. Raises BadInput where they aren't the result's."""
    try:
        images = _select(LAYOUTS[source.layout](source), result)
        digest = _sha256(images, source)
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise BadInput(f"{source.images}: images and labels (layout {source.layout}) don't fit together "
                       f"({type(error).__name__}: {error})") from error
    if len(images) != result.get("images", "count"):
        raise BadInput(f"{source.images}: {len(images)} images are selected, the result has "
                       f"{result.get('images', 'count')}")
    if digest != result.find(digest, "identity", "images_sha256"):
        raise BadInput(f"{source.images}: names, sizes or labels of the images aren't the result's: their SHA-256 is "
                       f"{digest}, identity.images_sha256 {result.get('identity', 'images_sha256')}")
    return images
