"""Weights for a network nobody trained, with which every layer computes and different images get different answers.

Libraries' own starting values serve training: in deep networks without batch-norm they let activations fade to nothing.
Here convolutions and linear layers get He's scale (He et al., 2015), batch-norms the statistics of a sample, and the
last layer a bias that takes away what all images have in common, or one class would win everywhere.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

SAMPLE_COUNT = 8
WEIGHTED = (nn.Conv2d, nn.Linear)


def smooth_images(count: int, size: int, scale: float, seed: int) -> Tensor:
    """[image][3][size][size], slowly varying in space as photographs are; values around 0, of about `scale`."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(count, 3, 5, 5, generator=generator) + torch.randn(count, 3, 1, 1, generator=generator)
    return nn.functional.interpolate(coarse, size=size, mode="bilinear", align_corners=False) * scale


def randomise(network: nn.Module, images: Tensor, seed: int) -> nn.Module:
    """Fill the network, in place, with weights that depend on seed and images alone; leaves it in eval mode."""
    torch.manual_seed(seed)
    for module in network.modules():
        if isinstance(module, WEIGHTED):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.normal_(module.bias, std=0.01)
    network.eval()
    with torch.no_grad():
        measure_batch_norms(network, images)
        centre_last_layer(network, images)
    return network


def measure_batch_norms(network: nn.Module, images: Tensor) -> None:
    """Give every batch-norm the mean and variance of what reaches it."""
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain average over all batches, of which there is one
        norm.train()
    if norms:
        network(images)
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
        norm.eval()


def centre_last_layer(network: nn.Module, images: Tensor) -> None:
    """Take the sample's mean output away from the bias of the last layer that computes."""
    last: list[tuple[nn.Module, Tensor]] = []
    layers = [module for module in network.modules() if isinstance(module, WEIGHTED)]
    hooks = [layer.register_forward_hook(lambda module, _, output: last.append((module, output))) for layer in layers]
    network(images)
    for hook in hooks:
        hook.remove()
    module, output = last[-1]
    if module.bias is not None:
        channel_first = output.transpose(0, 1) if isinstance(module, nn.Conv2d) else output.flatten(0, -2).t()
        module.bias -= channel_first.flatten(1).mean(1)
