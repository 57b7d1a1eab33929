#!/usr/bin/env python3
"""Write the tiny TorchScript files of tests/data: the networks of tiny_networks.py, scripted or traced.

Weights are seeded, so the files come out the same on every run with one version of PyTorch. Every file is loaded again
and run on two batch sizes before the script is content. MODELS lists them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from model_file import fix_hashing, save
from tiny_fixed import (
    FORMATS_FILE,
    MIXED_ACTIVATIONS,
    MIXED_WIDTHS,
    PLAIN_ACTIVATIONS,
    PLAIN_WIDTHS,
    Mixed,
    PlainFixed,
    formats_text,
    round_weights,
)
from tiny_networks import (
    CLASS_COUNT,
    Attention,
    BatchWide,
    Branches,
    ChangesItsInput,
    Conditional,
    ControlFlow,
    Gelu,
    InPlaceView,
    Layouts,
    NoParameters,
    Parameters,
    Plain,
    Split,
    Tied,
    Tokens,
    TupleOutput,
    Warns,
    WeightNorm,
    Wide,
)

MOST_BYTES = 500_000  # of all files together: they live in the repository


def seeded(network: Callable[[], nn.Module], seed: int) -> nn.Module:
    """The network in eval mode; its weights, and the statistics of its batch-norms, are a function of the seed."""
    torch.manual_seed(seed)
    module = network()
    for child in module.modules():
        if isinstance(child, nn.BatchNorm2d):
            nn.init.uniform_(child.weight, 0.5, 1.5)
            nn.init.uniform_(child.bias, -0.5, 0.5)
            child.running_mean.uniform_(-0.5, 0.5)
            child.running_var.uniform_(0.5, 1.5)
    return module.eval()


def scripted(network: Callable[[], nn.Module], seed: int) -> torch.jit.ScriptModule:
    """The seeded network, scripted."""
    return torch.jit.script(seeded(network, seed))


def traced(network: Callable[[], nn.Module], seed: int, size: int) -> torch.jit.ScriptModule:
    """The seeded network, traced on two images; its convolutions carry cuDNN's switches as constants."""
    return torch.jit.trace(seeded(network, seed), torch.zeros(2, 3, size, size))


def fixed8() -> tuple[torch.jit.ScriptModule, str]:
    """plain_traced in 8 bits, and the text of its formats."""
    module = seeded(PlainFixed, 1)
    text = formats_text(round_weights(module, PLAIN_WIDTHS), PLAIN_ACTIVATIONS)
    return torch.jit.trace(module, torch.zeros(2, 3, 8, 8)), text


def fixed_mixed() -> tuple[torch.jit.ScriptModule, str]:
    """Mixed, scripted, and the text of its formats."""
    module = seeded(Mixed, 23)
    text = formats_text(round_weights(module, MIXED_WIDTHS), MIXED_ACTIVATIONS)
    return torch.jit.script(module), text


@dataclass(frozen=True)
class TestModel:
    """One file: how it is made, and what it takes."""

    build: Callable[[], torch.jit.ScriptModule | tuple[torch.jit.ScriptModule, str]]
    size: int = 8  # height and width of its images
    dtype: torch.dtype = torch.float32
    parameter_count: int = 0
    images_mix: bool = False  # an image's scores depend on the company


PLAIN, POOLED, BRANCHES = 3 * 8 * 9 + 8 + 1290, 3 * 8 * 9 + 8 + 90, 216 + 16 + (36 + 2 * 296) + (68 + 2 * 296) + 650
MODELS = {
    "plain_traced": TestModel(lambda: traced(Plain, 1, 8), parameter_count=PLAIN),
    "plain_scripted": TestModel(lambda: scripted(Plain, 1), parameter_count=PLAIN),
    "branches_traced": TestModel(lambda: traced(Branches, 2, 16), size=16, parameter_count=BRANCHES),
    "branches_scripted": TestModel(lambda: scripted(Branches, 2), size=16, parameter_count=BRANCHES),
    "wide": TestModel(lambda: traced(Wide, 14, 16), size=16, parameter_count=1120 + 80 + 820 + 1440 + 4656 + 490),
    "tuple_output": TestModel(lambda: scripted(TupleOutput, 3), parameter_count=POOLED + 1930),
    "control_flow": TestModel(lambda: scripted(ControlFlow, 4), size=16, parameter_count=224 + 584 + 90),
    "tied": TestModel(lambda: scripted(Tied, 5), parameter_count=3088 + 256 + 2 * 16 + 170),
    "in_place_input": TestModel(lambda: scripted(InPlaceView, 6), parameter_count=PLAIN),
    "changes_its_input": TestModel(lambda: scripted(ChangesItsInput, 7), parameter_count=POOLED),
    "warns": TestModel(lambda: scripted(Warns, 13), parameter_count=POOLED),
    "half": TestModel(lambda: scripted(lambda: Plain(8).half(), 8), dtype=torch.float16, parameter_count=POOLED),
    "double": TestModel(lambda: scripted(lambda: Plain(8).double(), 9), dtype=torch.float64, parameter_count=POOLED),
    "frozen": TestModel(lambda: torch.jit.freeze(scripted(Branches, 10)), size=16),
    "no_parameters": TestModel(lambda: scripted(NoParameters, 11)),
    "gelu": TestModel(lambda: traced(Gelu, 12, 8), parameter_count=112 + 1450),
    "parameters": TestModel(
        lambda: traced(Parameters, 15, 20), size=20, parameter_count=560 + 3 + 20 + 20 + 20 + 20 + 420 + 210
    ),
    "weight_norm": TestModel(
        lambda: traced(WeightNorm, 16, 8), parameter_count=32 * 27 + 32 * 32 + 32 * 128 + 6 * 32 + 330
    ),
    "attention": TestModel(
        lambda: traced(Attention, 17, 10), size=10, parameter_count=560 + 40 + 84 + 100 + 19 + 3620 + 210
    ),
    "tokens": TestModel(
        lambda: traced(Tokens, 18, 16), size=16, parameter_count=980 + 20 + 340 + 40 + 1260 + 840 + 820 + 210
    ),
    "batch_wide": TestModel(lambda: scripted(BatchWide, 19), parameter_count=560 + 3620 + 210, images_mix=True),
    "split": TestModel(lambda: scripted(Split, 20), parameter_count=1120 + 80 + 3620 + 410),
    "layouts": TestModel(lambda: traced(Layouts, 22, 8), parameter_count=260 + 40 + 200 + 840 + 410),
    "conditional": TestModel(lambda: scripted(Conditional, 21), parameter_count=POOLED),
    "fixed8": TestModel(fixed8, parameter_count=PLAIN),
    "fixed_mixed": TestModel(fixed_mixed, parameter_count=560 + 40 + 420 + 210),
}


def scores(module: torch.jit.ScriptModule, images: Tensor) -> Tensor:
    """The logits; `images` are left as they are."""
    with torch.no_grad():
        output = module(images.clone())
    return output[0] if isinstance(output, tuple) else output


def check(name: str, path: Path) -> None:
    """Load the file and assert what its tests rely on."""
    model = MODELS[name]
    module = torch.jit.load(path)
    assert not getattr(module, "training", False), name  # a frozen module has no such attribute
    # Parameters of one storage are one set of numbers, also when the file gives them two names.
    storages = {parameter.data_ptr(): parameter.numel() for parameter in module.parameters()}
    assert sum(storages.values()) == model.parameter_count, (name, storages)
    images = torch.randn(3, 3, model.size, model.size, generator=torch.Generator().manual_seed(0)).to(model.dtype)
    whole = scores(module, images)
    assert whole.shape == (3, CLASS_COUNT) and whole.dtype == model.dtype and whole.isfinite().all(), name
    alone = torch.cat([scores(module, image[None]) for image in images])
    if model.images_mix:
        assert not torch.allclose(whole, alone, rtol=1e-2), name
    else:
        assert torch.allclose(whole.double(), alone.double(), rtol=1e-2 if name == "half" else 1e-4, atol=1e-3), name
    assert len({tuple(row) for row in whole.tolist()}) == 3, name


def check_pairs(folder: Path) -> None:
    """Traced and scripted twins hold the same weights and give the same bits; tracing left cuDNN's switches behind."""
    for name, size in (("plain", 8), ("branches", 16)):
        first, second = (torch.jit.load(folder / f"{name}_{way}.pt") for way in ("traced", "scripted"))
        images = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))
        assert torch.equal(scores(first, images), scores(second, images)), name
        graph = first.inlined_graph  # must outlive its nodes
        switches = [value.toIValue() for value in list(graph.findNode("aten::_convolution").inputs())[-4:]]
        assert switches == [False, False, True, True], (name, switches)


def remaining_operations(path: Path) -> set[str]:
    """The kinds of nodes left on the top level after freezing, removing mutations and propagating constants."""
    graph = torch.jit.freeze(torch.jit.load(path), optimize_numerics=False).graph
    torch._C._jit_pass_remove_mutation(graph)
    torch._C._jit_pass_constant_propagation(graph)
    return {node.kind() for node in graph.nodes()}


def check_hard_ones(folder: Path) -> None:
    """What the awkward files are there for is really in them."""
    assert "prim::Loop" in remaining_operations(folder / "control_flow.pt")
    assert "aten::add_" in remaining_operations(folder / "in_place_input.pt")
    tied = torch.jit.load(folder / "tied.pt")
    assert tied.first.weight.data_ptr() == tied.second.weight.data_ptr()
    images = torch.zeros(1, 3, 8, 8)
    torch.jit.load(folder / "changes_its_input.pt")(images)
    assert images.count_nonzero() > 0


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parent.parent / "tests" / "data"
    parser.add_argument("-o", "--output", type=Path, default=default, help="folder (default: tests/data)")
    return parser.parse_args()


def main() -> None:
    folder: Path = options().output
    fix_hashing()
    torch.set_num_threads(1)
    total_bytes = 0
    for name, model in MODELS.items():
        path = folder / f"{name}.pt"
        built = model.build()
        module, formats = built if isinstance(built, tuple) else (built, "")
        save(module, path, {FORMATS_FILE: formats} if formats else None)
        check(name, path)
        total_bytes += path.stat().st_size
        print(f"{path.name}: {model.parameter_count} parameters, {path.stat().st_size} bytes")
    check_pairs(folder)
    check_hard_ones(folder)
    assert total_bytes < MOST_BYTES, total_bytes


if __name__ == "__main__":
    main()
