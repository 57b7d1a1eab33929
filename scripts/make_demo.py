#!/usr/bin/env python3
"""Draw small traffic signs, train a classifier on them, and write the demonstration: signs.pt and images/CLASS/NNN.png.

Sorted folder names give the label order. On use an image is RGB, (p / 255 - 0.5) / 0.5, not resized. Images are the
same on every run; the model is the same on every run with one version of PyTorch on one kind of processor.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy
import torch
from PIL import Image
from torch import Tensor, nn

from model_file import parameter_count, save
from signs import CLASSES, SIZE, draw_sign

TRAINING_SEED, TEST_SEED = 1, 2  # of the drawings: no test image is ever trained on
TRAINING_COUNT, TEST_COUNT = 600, 40  # images per class
EPOCHS, BATCH, LEARNING_RATE = 12, 50, 0.01
LEAST_ACCURACY, MOST_ACCURACY = 0.90, 0.995  # a demonstration needs room below and some mistakes above


def convolution(inputs: int, outputs: int, size: int) -> nn.Sequential:
    """Convolution that keeps height and width, batch-norm, ReLU."""
    layers = [nn.Conv2d(inputs, outputs, size, padding=size // 2), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class Residual(nn.Module):
    """Two convolutions around which the input is added again."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = convolution(channels, channels, 3)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.norm(self.second(self.first(x))))


class Fire(nn.Module):
    """Fewer channels, then a narrow and a wide view of them side by side."""

    def __init__(self, inputs: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = convolution(inputs, squeezed, 1)
        self.narrow = convolution(squeezed, expanded, 1)
        self.wide = convolution(squeezed, expanded, 3)

    def forward(self, x: Tensor) -> Tensor:
        squeezed = self.squeeze(x)
        return torch.cat([self.narrow(squeezed), self.wide(squeezed)], 1)


class SignNet(nn.Module):
    """[image][3][32][32] to raw scores [image][class]."""

    def __init__(self, class_count: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(*convolution(3, 16, 3), nn.MaxPool2d(2))
        self.residual1 = Residual(16)
        self.fire = nn.Sequential(Fire(16, 12, 16), nn.MaxPool2d(2))
        self.residual2 = Residual(32)
        self.pool = nn.AvgPool2d(2)
        self.classify = nn.Linear(32 * (SIZE // 8) ** 2, class_count)

    def forward(self, x: Tensor) -> Tensor:
        x = self.residual2(self.fire(self.residual1(self.stem(x))))
        return self.classify(torch.flatten(self.pool(x), 1))


def draw_all(seed: int, count: int) -> tuple[numpy.ndarray, Tensor]:
    """`count` images of each class, [image][row][column][channel] bytes, and their labels; classes take turns."""
    order = [(label, number) for number in range(count) for label in range(len(CLASSES))]
    images = numpy.stack([numpy.asarray(draw_sign(seed, label, number)) for label, number in order])
    return images, torch.tensor([label for label, _ in order])


def prepare(images: numpy.ndarray) -> Tensor:
    """Bytes as the network takes them: [image][channel][row][column], -1 to 1."""
    return (torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().float() / 255 - 0.5) / 0.5


def train(images: Tensor, labels: Tensor) -> SignNet:
    """A trained network in eval mode."""
    torch.manual_seed(0)
    network = SignNet(len(CLASSES))
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    steps_per_epoch = len(labels) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=EPOCHS * steps_per_epoch)
    for epoch in range(EPOCHS):
        order, loss_sum = torch.randperm(len(labels)), 0.0
        for chosen in order[: steps_per_epoch * BATCH].split(BATCH):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(images[chosen]), labels[chosen])
            loss.backward()
            optimizer.step()
            schedule.step()
            loss_sum += loss.item()
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {loss_sum / steps_per_epoch:.4f}", flush=True)
    return network.eval()


def write_images(folder: Path, images: numpy.ndarray, labels: Tensor) -> None:
    """images/CLASS/NNN.png; whatever was in images/ before is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    for place, (pixels, label) in enumerate(zip(images, labels.tolist())):
        path = folder / CLASSES[label] / f"{place // len(CLASSES):03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path, optimize=True)


def accuracy(network: nn.Module, images: Tensor, labels: Tensor) -> float:
    """The share of right answers, in [0, 1]."""
    with torch.no_grad():
        return (network(images).argmax(1) == labels).double().mean().item()


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parent.parent / "configs" / "demo"
    parser.add_argument("-o", "--output", type=Path, default=default, help="folder (default: configs/demo)")
    return parser.parse_args()


def main() -> None:
    folder: Path = options().output
    torch.set_num_threads(1)  # sums in one order
    torch.use_deterministic_algorithms(True)
    training_images, training_labels = draw_all(TRAINING_SEED, TRAINING_COUNT)
    images, labels = draw_all(TEST_SEED, TEST_COUNT)
    network = train(prepare(training_images), training_labels)
    traced = torch.jit.trace(network, torch.zeros(2, 3, SIZE, SIZE))
    save(traced, folder / "signs.pt")
    write_images(folder / "images", images, labels)
    share = accuracy(torch.jit.load(folder / "signs.pt"), prepare(images), labels)
    print(f"{parameter_count(network)} parameters; {round(share * len(labels))} of {len(labels)} right ({share:.2%})")
    if not LEAST_ACCURACY <= share <= MOST_ACCURACY:
        wanted = f"{LEAST_ACCURACY} to {MOST_ACCURACY}"
        raise SystemExit(f"accuracy {share:.4f} is outside {wanted}; change the drawing or the training")


if __name__ == "__main__":
    main()
