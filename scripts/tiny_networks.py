"""The networks of tests/data's files, each there for one thing a reader of such files must get right.

make_test_models.py gives them weights and writes them.
"""

from __future__ import annotations

import warnings

import torch
from torch import Tensor, nn

CLASS_COUNT = 10


class Plain(nn.Module):
    """Convolution, ReLU in place, pool, flatten, linear; the least that is a network. Input 3 x 8 x 8."""

    def __init__(self, pool: int = 2) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(pool))
        self.classify = nn.Linear(8 * (8 // pool) ** 2, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        return self.classify(torch.flatten(self.features(x), 1))


class Fire(nn.Module):
    """Squeeze, then two convolutions side by side that hold equal weights and equal biases: four places, not two."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, 4, 1)
        self.expand = nn.Conv2d(4, 8, 3, padding=1)
        self.twin = nn.Conv2d(4, 8, 3, padding=1)
        self.twin.load_state_dict(self.expand.state_dict())

    def forward(self, x: Tensor) -> Tensor:
        squeezed = torch.relu(self.squeeze(x))
        return torch.relu(torch.cat([self.expand(squeezed), self.twin(squeezed)], 1))


class Branches(nn.Module):
    """Batch-norm, two fire modules, a residual addition in place, dropout. Input 3 x 16 x 16, or larger."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.relu = nn.ReLU(inplace=True)
        self.fire1 = Fire(8)
        self.fire2 = Fire(16)
        self.pool = nn.AdaptiveAvgPool2d(2)
        self.dropout = nn.Dropout(0.5)
        self.classify = nn.Linear(16 * 2 * 2, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fire1(self.relu(self.norm(self.stem(x))))
        y = self.fire2(x)
        y += x
        return self.classify(torch.flatten(self.dropout(self.pool(y)), 1))


class Wide(nn.Module):
    """Layers of more outputs than a block of 16, and after them what works channel by channel: batch-norm, activation,
    pooling in windows that overlap, concatenation. Input 3 x 16 x 16, or larger."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 40, 3, padding=1)
        self.norm = nn.BatchNorm2d(40)
        self.left = nn.Conv2d(40, 20, 1)
        self.right = nn.Conv2d(40, 36, 1, bias=False)
        self.hidden = nn.Linear(20 + 36 + 40, 48)
        self.classify = nn.Linear(48, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.max_pool2d(torch.relu(self.norm(self.stem(x))), 3, 2, 1)
        x = torch.cat([torch.relu(self.left(x)), self.right(x), nn.functional.max_pool2d(x, 3, 1, 1)], 1)
        x = nn.functional.adaptive_avg_pool2d(x, 1)
        return self.classify(torch.relu(self.hidden(torch.flatten(x, 1))))


class Parameters(nn.Module):
    """Parameters that are added and multiplied along every dimension. Channels, rows and columns are equally many, so
    that a parameter for one can be taken for one for another. Input 3 x 20 x 20."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 20, 3, padding=1)
        self.scale = nn.Parameter(torch.rand(3) + 0.5)
        self.shift = nn.Parameter(torch.randn(1, 20, 1, 1))
        self.gain = nn.Parameter(torch.rand(20, 1, 1) + 0.5)
        self.rows = nn.Parameter(torch.randn(20, 1))
        self.columns = nn.Parameter(torch.randn(20))
        self.mix = nn.Conv2d(20, 20, 1)
        self.classify = nn.Linear(20, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.gain * torch.relu(self.convolution(x) + self.shift) * self.scale[0]
        x = torch.relu(self.mix(x * self.columns.abs() + self.rows))
        return self.classify(x.amax([2, 3]) * self.gain.flatten())


class WeightNorm(nn.Module):
    """Layers whose weights are computed from others on every pass; 32 of them, as many as there are images in tests.
    Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 32, 3, padding=1))
        self.mix = nn.utils.parametrizations.weight_norm(nn.Conv2d(32, 32, 1))
        self.hidden = nn.utils.parametrizations.weight_norm(nn.Linear(32 * 4, 32))
        self.classify = nn.Linear(32, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.mix(nn.functional.max_pool2d(torch.relu(self.convolution(x)), 2)))
        x = torch.flatten(nn.functional.max_pool2d(x, 2), 1)
        return self.classify(torch.relu(self.hidden(x)))


class Attention(nn.Module):
    """Activations multiplied by a number for each channel and by one for each place, both made of the activations (as
    in squeeze-and-excitation and CBAM), and dropout in place of a view. Input 3 x 10 x 10: no multiple of what a vector
    register holds."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 20, 3, padding=1)
        self.norm = nn.BatchNorm2d(20)
        self.squeeze = nn.Linear(20, 4)
        self.excite = nn.Linear(4, 20)
        self.place = nn.Conv2d(2, 1, 3, padding=1)
        self.mix = nn.Conv2d(20, 20, 3, stride=2)
        self.classify = nn.Linear(20, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.silu(self.norm(self.convolution(x)))
        weights = torch.sigmoid(self.excite(torch.relu(self.squeeze(x.mean([2, 3])))))
        x = x * weights[:, :, None, None]
        x = x * torch.sigmoid(self.place(torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)))
        x = torch.flatten(nn.functional.adaptive_avg_pool2d(nn.functional.gelu(self.mix(x)), 1), 1)
        return self.classify(nn.functional.dropout(x, 0.2, self.training, inplace=True))


class Tokens(nn.Module):
    """A transformer: a class token, a position embedding, self-attention, layer normalisation; dimension 1 holds
    tokens, 17 of them. Input 3 x 16 x 16."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 20, 4, stride=4)
        self.first = nn.Parameter(torch.randn(1, 1, 20))
        self.positions = nn.Parameter(torch.randn(1, 17, 20))
        self.norm = nn.LayerNorm(20)
        self.attention = nn.Linear(20, 3 * 20)
        self.expand = nn.Linear(20, 40)
        self.reduce = nn.Linear(40, 20)
        self.classify = nn.Linear(20, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        batch = x.shape[0]
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.first.expand(batch, -1, -1), x], 1) + self.positions
        query, key, value = self.attention(self.norm(x)).chunk(3, 2)
        x = x + torch.softmax(query @ key.transpose(1, 2) / 20**0.5, 2) @ value
        x = x + self.reduce(nn.functional.gelu(self.expand(self.norm(x))))
        return self.classify(x[:, 0])


class BatchWide(nn.Module):
    """An image's scores depend on the company it comes in: on the largest number of the batch, always and beyond a
    limit that only faults reach. Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 20, 3, padding=1)
        self.mix = nn.Conv2d(20, 20, 3)
        self.classify = nn.Linear(20, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.convolution(x))
        x = torch.relu(self.mix(x / x.abs().max()))
        if bool((x > 100).any()):
            x = x.clamp(max=1)
        return self.classify(x.mean([2, 3]))


class Split(nn.Module):
    """Channels that part, go two ways and come together again, shuffled (as in ShuffleNet); the number of images is
    asked for at the start. Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 40, 3, padding=1)
        self.norm = nn.BatchNorm2d(40)
        self.branch = nn.Conv2d(20, 20, 3, padding=1)
        self.classify = nn.Linear(40, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        batch = x.size(0)
        x = torch.relu(self.norm(self.convolution(x)))
        left, right = x.chunk(2, 1)
        x = torch.cat([left, torch.relu(self.branch(right))], 1)
        x = x.view(batch, 2, 20, x.size(2), x.size(3)).transpose(1, 2).reshape(batch, 40, x.size(2), x.size(3))
        return self.classify(nn.functional.max_pool2d(x, 8).view(batch, -1))


class Layouts(nn.Module):
    """Activations that lie in memory with their channels last, and transposed, while convolutions and products read
    them (as in ConvNeXt). Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 20, 2, stride=2)
        self.norm = nn.LayerNorm(20)
        self.depth = nn.Conv2d(20, 20, 3, padding=1, groups=20)
        self.point = nn.Conv2d(20, 40, 1)
        self.classify = nn.Linear(40, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.stem(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        x = torch.relu(self.point(torch.relu(self.depth(x))))
        return self.classify((x.flatten(2) @ x.flatten(2).transpose(1, 2)).amax(1))


class Conditional(nn.Module):
    """Returns one of two tuples, as the images decide: the graph's output is a tuple that nobody can see into.
    Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = Plain(pool=8)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y = self.plain(x)
        if bool((x > 1e6).any()):
            return -y, y
        return y, y + 1


class TupleOutput(nn.Module):
    """Returns (logits, auxiliary logits), as GoogLeNet does in training. Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = Plain(pool=8)
        self.auxiliary = nn.Linear(3 * 8 * 8, CLASS_COUNT)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.plain(x), self.auxiliary(torch.flatten(x, 1))


class ControlFlow(nn.Module):
    """A loop and conditions, decided by shape and values; an image's result is its own all the same.

    Input 3 x 16 x 16, or any other height and width.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.again = nn.Conv2d(8, 8, 3, padding=1)
        self.classify = nn.Linear(8, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        while x.size(2) > 2:
            x = self.again(x)
            if bool((x < 0).any()):
                x = torch.relu(x)
            if x.size(2) % 2 == 1:
                x = nn.functional.pad(x, [0, 0, 0, 1])
            x = nn.functional.max_pool2d(x, 2)
        return self.classify(x.mean([2, 3]))


class Tied(nn.Module):
    """Two linear layers that share one weight; their biases are their own. Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Linear(3 * 8 * 8, 16)
        self.first = nn.Linear(16, 16)
        self.second = nn.Linear(16, 16)
        self.second.weight = self.first.weight
        self.classify = nn.Linear(16, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.features(torch.flatten(x, 1)))
        return self.classify(torch.relu(self.second(torch.relu(self.first(x)))))


class InPlaceView(nn.Module):
    """Changes the first channel, and every other row, of a layer's output through a view. Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 8, 3, padding=1)
        self.classify = nn.Linear(8 * 4 * 4, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.convolution(x)
        x[:, 0] += 1
        rows = x[:, :, ::2]
        rows.mul_(0.5)
        return self.classify(torch.flatten(nn.functional.max_pool2d(x, 2), 1))


class ChangesItsInput(nn.Module):
    """Overwrites the images it is given: a caller who keeps them must hand over a copy. Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = Plain(pool=8)

    def forward(self, x: Tensor) -> Tensor:
        x[:, 0] += 1
        return self.plain(x.mul_(0.5))


class Gelu(nn.Module):
    """GELU asks for a newer file version, whose number lies at another place in the archive. Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 4, 3)
        self.gelu = nn.GELU()
        self.classify = nn.Linear(4 * 6 * 6, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        return self.classify(torch.flatten(self.gelu(self.convolution(x)), 1))


class Warns(nn.Module):
    """Warns on every pass, as scripted GoogLeNet does. Input 3 x 8 x 8."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = Plain(pool=8)

    def forward(self, x: Tensor) -> Tensor:
        warnings.warn("this is said on every pass")
        return self.plain(x)


class NoParameters(nn.Module):
    """Nothing to break: the scores are the first numbers of the image. Input 3 x 8 x 8."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.flatten(x, 1)[:, :10]
