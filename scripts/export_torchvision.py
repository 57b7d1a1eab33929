#!/usr/bin/env python3
"""Export classification networks as TorchScript files: NAME.pt, eval mode, float32, parameters kept, any batch size.

A NAME is a classification network of torchvision (alexnet, vgg16, googlenet, squeezenet1_1, resnet18, ...), or one of
bvlc_alexnet, bvlc_googlenet (the paper's networks, as Caffe has them) and resnet20_cifar. Trained weights are fetched
by torchvision; the other three take --state FILE. With --random no weights are needed: for measuring speed, or for
trying a network's shape.
"""

from __future__ import annotations

import argparse
import difflib
import socket
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torchvision
from torch import Tensor, nn

import bvlc
import resnet_cifar
from model_file import fix_hashing, parameter_count, save
from random_weights import SAMPLE_COUNT, randomise, smooth_images

FETCH_TIMEOUT_SECONDS = 30


class ExportError(Exception):
    """What the user can mend; the message is one line."""


@dataclass(frozen=True)
class OwnNetwork:
    """A network torchvision does not have, or not like this."""

    build: Callable[[], nn.Module]
    size: int  # height and width it takes
    scale: float  # of the numbers it takes
    parameter_count: int


OWN = {
    "bvlc_alexnet": OwnNetwork(bvlc.AlexNet, 227, 60.0, 60_965_224),
    "bvlc_googlenet": OwnNetwork(bvlc.GoogLeNet, 224, 60.0, 6_998_552),
    "resnet20_cifar": OwnNetwork(resnet_cifar.ResNet20, 32, 1.0, 269_722),
}
OWN_SIZES = {"inception_v3": 299}  # torchvision's that do not take 224
WITH_AUXILIARY_HEADS = ("googlenet", "inception_v3")
AUXILIARY_HEADS = ("aux1", "aux2", "AuxLogits")


def known_names() -> list[str]:
    """Every NAME there is."""
    return [*OWN, *torchvision.models.list_models(module=torchvision.models)]


def require_known(name: str) -> None:
    """Throw, with the likeliest name meant, if nothing is called so."""
    names = known_names()
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        raise ExportError(f"{name}: no such network" + (f"; did you mean {close[0]}?" if close else ""))


def input_size(name: str, size: int | None) -> int:
    """Height and width of the images to trace and check with."""
    return size or (OWN[name].size if name in OWN else OWN_SIZES.get(name, 224))


def input_scale(name: str) -> float:
    """How large the numbers are that the network takes."""
    return OWN[name].scale if name in OWN else 1.0


def without_auxiliary_heads(network: nn.Module) -> nn.Module:
    """Drop the heads that serve training only, in place."""
    network.aux_logits = False
    for head in AUXILIARY_HEADS:
        if hasattr(network, head):
            setattr(network, head, None)
    return network


def untrained(name: str) -> nn.Module:
    """The network with whatever weights its library starts from."""
    if name in OWN:
        return OWN[name].build()
    if name in WITH_AUXILIARY_HEADS:
        network = torchvision.models.get_model(name, transform_input=False, init_weights=False)
        return without_auxiliary_heads(network)
    return torchvision.models.get_model(name)


def trained(name: str) -> nn.Module:
    """The network with torchvision's newest trained weights, fetched where they aren't at hand."""
    if name in OWN:
        raise ExportError(f"{name}: there are no trained weights to fetch; use --state FILE, or --random")
    keywords: dict[str, Any] = {"transform_input": False} if name in WITH_AUXILIARY_HEADS else {}
    socket.setdefaulttimeout(FETCH_TIMEOUT_SECONDS)
    try:
        network = torchvision.models.get_model(name, weights="DEFAULT", **keywords)
    except (OSError, RuntimeError) as error:  # no way there, no space, or a broken file
        raise ExportError(f"{name}: no trained weights could be had ({one_line(error)}); use --random, or --state FILE")
    return without_auxiliary_heads(network) if name in WITH_AUXILIARY_HEADS else network


def with_state(name: str, path: Path) -> nn.Module:
    """The network with the weights of a state_dict file, which must name exactly the network's own.

    Auxiliary heads in the file are passed over, so that torchvision's own downloads fit.
    """
    network = untrained(name)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        own = {key: tensor for key, tensor in state.items() if key.split(".")[0] not in AUXILIARY_HEADS}
        network.load_state_dict(own)
    except Exception as error:  # every kind of broken file throws another kind
        raise ExportError(f"{path}: not a state_dict of {name} ({one_line(error)})")
    return network


def one_line(error: Exception) -> str:
    """The start of an error's text, on one line."""
    return " ".join(str(error).split())[:160]


def build(name: str, options: argparse.Namespace) -> nn.Module:
    """The network to export, in eval mode."""
    if options.random:
        sample = smooth_images(SAMPLE_COUNT, input_size(name, options.size), input_scale(name), options.seed + 1)
        return randomise(untrained(name), sample, options.seed)
    return (with_state(name, options.state) if options.state else trained(name)).eval()


def convert(network: nn.Module, images: Tensor, script: bool) -> torch.jit.ScriptModule:
    """Scripted or traced; what tracing warns of, `check` decides."""
    warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)
    return torch.jit.script(network) if script else torch.jit.trace(network, images, check_trace=False)


def logits(network: nn.Module, images: Tensor) -> Tensor:
    """[image][class]; a scripted GoogLeNet returns a tuple, these first."""
    with torch.no_grad():
        output = network(images)
    return output[0] if isinstance(output, tuple) else output


def check(network: nn.Module, path: Path, images: Tensor) -> int:
    """Load the file and compare it with the network on `images`; the number of different classes it answered."""
    loaded = torch.jit.load(path)
    expected, found = logits(network, images), logits(loaded, images)
    largest = (expected - found).abs().max().item()
    if not largest <= 1e-4 * expected.abs().max().item():  # also false where a NaN is
        raise ExportError(f"{path}: differs from the network it was written from by {largest}; try --script or --trace")
    if parameter_count(loaded) != parameter_count(network):
        raise ExportError(f"{path}: {parameter_count(loaded)} parameters, the network has {parameter_count(network)}")
    return len(set(found.argmax(1).tolist()))


def export(name: str, options: argparse.Namespace) -> str:
    """Write and check one file; a line to print about it."""
    network = build(name, options)
    if name in OWN:
        assert parameter_count(network) == OWN[name].parameter_count, (name, parameter_count(network))
    size, scale = input_size(name, options.size), input_scale(name)
    path = options.output / f"{name}.pt"
    save(convert(network, smooth_images(2, size, scale, 1), options.script), path)
    images = smooth_images(SAMPLE_COUNT, size, scale, options.seed + 2)
    answered = check(network, path, images)
    count = parameter_count(network)
    return f"{path}: {count:,} parameters, input 3x{size}x{size}, {answered} classes on {len(images)} random images"


def parse_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME", help="network to export")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="where NAME.pt is written")
    weights = parser.add_mutually_exclusive_group()
    weights.add_argument("--random", action="store_true", help="seeded random weights instead of trained ones")
    weights.add_argument("--state", type=Path, metavar="FILE", help="weights from a state_dict (one NAME only)")
    parser.add_argument("--seed", type=int, default=1, help="of the random weights (default: 1)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--script", action="store_true", help="script the network")
    way.add_argument("--trace", action="store_true", help="trace the network (the default)")
    parser.add_argument("--size", type=int, help="height and width of the images (default: the network's own)")
    options = parser.parse_args()
    if options.state and len(options.names) > 1:
        parser.error("--state FILE holds one network's weights; give one NAME")
    return options


def main() -> None:
    options = parse_options()
    fix_hashing()
    torch.set_num_threads(1)  # sums in one order, so that the same seed gives the same file
    try:
        for name in options.names:
            require_known(name)
        for name in options.names:
            print(export(name, options), flush=True)
    except ExportError as error:
        raise SystemExit(f"export_torchvision.py: {error}")


if __name__ == "__main__":
    main()
