#!/usr/bin/env python3
"""Writes tests/data/images: tiny drawn images, and what torchvision (with Pillow) makes of them.

The tests of the dataset part compare their own pixels with these, one by one. Needs torchvision and
Pillow. With --imagenet FOLDER it also prints the SHA-256 of the prepared pixels of the folder's first
50 images, which tests/dataset/real_data.cpp knows.
"""

import argparse
import hashlib
import json
import pathlib

import numpy
import PIL
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, Resize

SEED = 20

# Name, width, height, mode, and how it is saved.
IMAGES = [
    ("wide.jpg", 161, 97, "RGB", {"quality": 90}),
    ("tall.jpg", 61, 133, "RGB", {"quality": 85, "subsampling": 0}),
    ("progressive.jpg", 75, 75, "RGB", {"quality": 80, "progressive": True}),
    ("gray.jpg", 53, 47, "L", {"quality": 90}),
    ("rotated.jpg", 80, 50, "RGB", {"quality": 90, "orientation": 6}),
    ("gray.png", 90, 71, "L", {}),
    ("colour.png", 51, 37, "RGB", {}),
    ("palette.png", 44, 60, "P", {}),
]

# resize ("none", "short_side", "squash"), resize_size, crop (0: none), and for which images.
EVERY = [name for name, *_ in IMAGES]
CASES = [
    ("none", 0, 0, ["rotated.jpg", "gray.jpg", "palette.png"]),
    ("none", 0, 32, EVERY),
    ("short_side", 48, 41, EVERY),
    ("short_side", 47, 0, ["tall.jpg", "colour.png"]),
    ("short_side", 110, 61, ["wide.jpg", "tall.jpg"]),
    ("squash", 33, 0, EVERY),
    ("squash", 61, 0, ["tall.jpg"]),
    ("short_side", 256, 224, ["colour.png"]),
]


def draw(width, height, random):
    """Waves of their own in each channel, with a little noise: every pixel tells where it came from."""
    y, x = numpy.mgrid[0:height, 0:width]
    planes = []
    for _ in range(3):
        pull_x, pull_y, phase = random.uniform(0.03, 0.3, 3)
        planes.append(127 + 110 * numpy.sin(pull_x * x + pull_y * y + 20 * phase))
    noise = random.normal(0, 3, (height, width, 3))
    return numpy.clip(numpy.stack(planes, axis=2) + noise, 0, 255).astype(numpy.uint8)


def save(path, pixels, mode, how):
    image = Image.fromarray(pixels)
    image = image.quantize(16) if mode == "P" else image.convert(mode)
    how = dict(how)
    orientation = how.pop("orientation", None)
    if orientation:
        exif = Image.Exif()
        exif[0x0112] = orientation
        how["exif"] = exif
    image.save(path, **how)


def prepare(path, resize, size, crop):
    """As torchvision's image folders do: RGB, EXIF orientation not looked at."""
    steps = {"none": [], "short_side": [Resize(size)], "squash": [Resize((size, size))]}[resize]
    return Compose(steps + ([CenterCrop(crop)] if crop else []))(Image.open(path).convert("RGB"))


def prepare_rows_first(path, resize, size, crop):
    """The same with the order of Pillow up to 12: all columns' widths, then all rows' heights."""
    image = Image.open(path).convert("RGB")
    if resize != "none":
        width, height = prepare(path, resize, size, 0).size
        for step in [(width, image.height), (width, height)]:
            image = image.resize(step, Image.Resampling.BILINEAR)
    return CenterCrop(crop)(image) if crop else image


def write_reference(folder, name, resize, size, crop):
    """One picture where the versions agree, else one for each."""
    stem = f"expected/{name.replace('.', '_')}_{resize}_{size}_{crop}"
    since_13, before = prepare(folder / name, resize, size, crop), prepare_rows_first(folder / name, resize, size, crop)
    expected = {"pillow": f"{stem}.png", "pillow_13": f"{stem}.png"}
    before.save(folder / expected["pillow"], optimize=True)
    if since_13.tobytes() != before.tobytes():
        expected["pillow_13"] = f"{stem}_pillow_13.png"
        since_13.save(folder / expected["pillow_13"], optimize=True)
    return {"image": name, "resize": resize, "resize_size": max(size, 1), "crop": crop, "expected": expected}


def write_references(folder):
    random = numpy.random.default_rng(SEED)
    for name, width, height, mode, how in IMAGES:
        save(folder / name, draw(width, height, random), mode, how)
    references = [write_reference(folder, name, resize, size, crop)
                  for resize, size, crop, names in CASES for name in names]
    (folder / "references.json").write_text(json.dumps(references, indent=1) + "\n")


def hash_of_first(folder, count):
    """Planes [channel][row][column] of each image in turn, as dataset::Block holds them."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir())[:count]:
        pixels = numpy.asarray(prepare(path, "short_side", 256, 224))
        digest.update(pixels.transpose(2, 0, 1).tobytes())
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--imagenet", type=pathlib.Path, help="a folder of ImageNet images")
    options = parser.parse_args()
    if int(PIL.__version__.split(".")[0]) < 13:
        parser.error(f"Pillow {PIL.__version__} is too old: 13 or later filters tall images in its own order")
    folder = pathlib.Path(__file__).resolve().parent.parent / "tests" / "data" / "images"
    (folder / "expected").mkdir(parents=True, exist_ok=True)
    write_references(folder)
    if options.imagenet:
        print(hash_of_first(options.imagenet, 50))


if __name__ == "__main__":
    main()
