"""Images as the network saw them, prepared with Pillow: decode, resize, crop the centre, order the channels.

Pixels stay bytes until their batch is measured. Pillow 13 filters some images along the columns first; `pillow` means
the older order, so its two passes are asked for one by one, each of which rounds to bytes as Pillow itself does.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy
import PIL
from PIL import Image

import crosscheck_labels as labels
from crosscheck_result import BadInput, Unsupported

Pixels = numpy.ndarray  # uint8
SETTINGS = ("resize", "resize_size", "interpolation", "crop", "channels", "scale", "mean", "deviation")


def resized_size(width: int, height: int, resize: str, size: int) -> tuple[int, int]:
    """(width, height) before the crop, as torchvision's Resize computes it."""
    if resize == "none":
        return width, height
    if resize == "squash":
        return size, size
    if width <= height:
        return size, int(size * height / width)
    return int(size * width / height), size


def _resize_opencv(image: Image.Image, size: tuple[int, int], flag: str) -> Image.Image:
    try:
        import cv2
    except ImportError as error:
        raise Unsupported(f"interpolation {flag} needs OpenCV's Python module cv2, which isn't installed") from error
    method = {"opencv_linear": cv2.INTER_LINEAR, "opencv_area": cv2.INTER_AREA}[flag]
    return Image.fromarray(cv2.resize(numpy.asarray(image), size, interpolation=method))


def resize(image: Image.Image, size: tuple[int, int], interpolation: str) -> Image.Image:
    if image.size == size:
        return image
    bilinear = Image.Resampling.BILINEAR
    if interpolation == "pillow":
        return image.resize((size[0], image.height), bilinear).resize(size, bilinear)
    if interpolation == "pillow_13":
        if int(PIL.__version__.split(".")[0]) < 13:
            raise Unsupported(f"interpolation pillow_13 needs Pillow 13, this is {PIL.__version__}")
        return image.resize(size, bilinear)
    if interpolation in ("opencv_linear", "opencv_area"):
        return _resize_opencv(image, size, interpolation)
    raise Unsupported(f"interpolation {interpolation} is unknown here")


def prepare(image: Image.Image, config: dict[str, Any]) -> Pixels:
    """[channel][row][column], channels in the network's order."""
    image = image.convert("RGB")
    size = resized_size(*image.size, config["resize"], config["resize_size"])
    image = resize(image, size, config["interpolation"])
    if crop := config["crop"]:
        left, top = (int(round((side - crop) / 2)) for side in image.size)
        image = image.crop((left, top, left + crop, top + crop))
    planes = numpy.asarray(image).transpose(2, 0, 1)
    return numpy.ascontiguousarray(planes[::-1] if config["channels"] == "bgr" else planes)


def _file(path: Path, config: dict[str, Any]) -> Pixels:
    try:
        with Image.open(path) as image:
            return prepare(image, config)
    except OSError as error:
        raise BadInput(f"{path}: {error}") from error


def _records(path: Path, images: list[labels.Image], config: dict[str, Any]) -> list[Pixels]:
    records = numpy.fromfile(path, numpy.uint8).reshape(-1, labels.RECORD_BYTES)
    places = [int(image.name.removeprefix("record ")) for image in images]
    planes = records[places, 1:].reshape(-1, 3, 32, 32)
    return [prepare(Image.fromarray(numpy.ascontiguousarray(one.transpose(1, 2, 0))), config) for one in planes]


def load(source: labels.Source, images: list[labels.Image], config: dict[str, Any], threads: int) -> Pixels:
    """[image][channel][row][column]. Raises BadInput for files that can't be decoded or differ in size."""
    if missing := [key for key in SETTINGS if key not in config]:
        raise BadInput(f"the result's config.dataset is without {', '.join(missing)}")
    if source.layout == "cifar10":
        prepared = _records(labels.cifar10_file(source.images), images, config)
    else:
        with ThreadPoolExecutor(threads) as pool:
            prepared = list(pool.map(lambda image: _file(source.images / image.name, config), images))
    sizes = {one.shape for one in prepared}
    if len(sizes) != 1:
        raise BadInput(f"{source.images}: images come out in different sizes: {sorted(sizes)[:4]}")
    return numpy.stack(prepared)


def normalise(pixels: Pixels, config: dict[str, Any]) -> numpy.ndarray:
    """(pixel / scale - mean) / deviation, in float32 throughout, in this order."""
    mean, deviation = (numpy.array(config[key], numpy.float32).reshape(1, 3, 1, 1) for key in ("mean", "deviation"))
    return (pixels.astype(numpy.float32) / numpy.float32(config["scale"]) - mean) / deviation
