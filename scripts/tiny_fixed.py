"""The quantised networks of tests/data: weights on a grid, activations rounded by ordinary operations, and the text
that says so in the file (src/network/stored_formats.h).
"""

from __future__ import annotations

import json
import math

import torch
from torch import Tensor, nn

from tiny_networks import CLASS_COUNT, Plain

FORMATS_FILE = "faultline.json"  # beside the code, in the archive


def quantised(x: Tensor, bits: int, fraction: int) -> Tensor:
    """What words of so many bits hold of x; NaN stays NaN."""
    steps = torch.clamp(torch.round(x * 2.0**fraction), -(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1)
    return steps * 2.0**-fraction


class PlainFixed(Plain):
    """Plain with every activation between layers in 8 bits. Input 3 x 8 x 8."""

    def forward(self, x: Tensor) -> Tensor:
        x = quantised(self.features[0](quantised(x, 8, 5)), 8, 5)
        x = torch.flatten(self.features[2](self.features[1](x)), 1)
        return quantised(self.classify(x), 8, 6)


class Mixed(nn.Module):
    """Layers of other widths and encodings side by side, a batch-norm in float32, layers of more outputs than a block.
    Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 20, 3, padding=1)
        self.norm = nn.BatchNorm2d(20)
        self.mix = nn.Conv2d(20, 20, 1)
        self.classify = nn.Linear(20, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = quantised(torch.relu(self.norm(self.stem(x))), 8, 4)
        x = quantised(torch.relu(self.mix(x)), 6, 3)
        return self.classify(nn.functional.max_pool2d(x, 8).flatten(1))


PLAIN_WIDTHS = {name: "fixed8" for name in ("features.0.weight", "features.0.bias", "classify.weight", "classify.bias")}
PLAIN_ACTIVATIONS = {
    "features.0": {"inputs": "fixed8:f5", "outputs": "fixed8:f5"},
    "classify": {"outputs": "fixed8:f6"},
}
MIXED_WIDTHS = {
    "stem.weight": "fixed4",
    "stem.bias": "fixed8",
    "mix.weight": "fixed6:sign-magnitude",
    "mix.bias": "fixed6:sign-magnitude",
    "classify.weight": "fixed8",
    "classify.bias": "fixed8",
}
MIXED_ACTIVATIONS = {"stem": {"outputs": "fixed8:f4"}, "mix": {"outputs": "fixed6:f3"}}


def rounded(values: Tensor, bits: int, fraction: int, signed_zero: bool) -> Tensor:
    """The nearest numbers of the grid. Two's complement has one zero and one number more below it."""
    lowest = -(2.0 ** (bits - 1)) + signed_zero
    steps = torch.clamp(torch.round(values * 2.0**fraction), lowest, 2.0 ** (bits - 1) - 1)
    return (steps if signed_zero else steps + 0.0) * 2.0**-fraction


def round_weights(module: nn.Module, widths: dict[str, str]) -> dict[str, str]:
    """Round in place, each tensor to the fraction that its largest number asks for; the formats by tensor."""
    parameters, formats = dict(module.named_parameters()), {}
    for name, width in widths.items():
        bits, signed_zero = int(width.removeprefix("fixed").split(":")[0]), width.endswith(":sign-magnitude")
        largest = parameters[name].abs().max().item()
        fraction = bits - math.ceil(math.log2(largest) + 1)
        with torch.no_grad():
            parameters[name].copy_(rounded(parameters[name], bits, fraction, signed_zero))
        formats[name] = f"fixed{bits}:f{fraction}" + (":sign-magnitude" if signed_zero else "")
    return formats


def formats_text(tensors: dict[str, str], activations: dict[str, dict[str, str]]) -> str:
    return json.dumps({"version": 1, "tensors": tensors, "activations": activations, "quantization": {}})
