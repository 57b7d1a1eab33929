"""The two Caffe networks of the paper as PyTorch modules, layer for layer: BVLC AlexNet and BVLC GoogLeNet.

They differ from torchvision's networks of these names (grouped convolutions, local response normalisation, pooling that
rounds up, biases instead of batch-norm), so their weight counts do too. Layers carry Caffe's names. On use an image is
B, G, R, 0..255, minus (104, 117, 123).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

CLASS_COUNT = 1000


def normalise() -> nn.LocalResponseNorm:
    """Caffe's defaults, across channels: alpha is divided by the size in both libraries."""
    return nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)


class AlexNet(nn.Module):
    """60,965,224 parameters; [image][3][227][227] to raw scores [image][1000]."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, 11, stride=4)
        self.norm1 = normalise()
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2, groups=2)
        self.norm2 = normalise()
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 384, 3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1, groups=2)
        self.pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.dropout = nn.Dropout(0.5)
        self.fc6 = nn.Linear(256 * 6 * 6, 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.norm1(torch.relu(self.conv1(x))))
        x = self.pool(self.norm2(torch.relu(self.conv2(x))))
        x = torch.relu(self.conv4(torch.relu(self.conv3(x))))
        x = torch.flatten(self.pool(torch.relu(self.conv5(x))), 1)
        x = self.dropout(torch.relu(self.fc6(x)))
        return self.fc8(self.dropout(torch.relu(self.fc7(x))))


class Inception(nn.Module):
    """Four branches side by side; `outputs` as in the table of the GoogLeNet paper, columns #1x1 to pool proj."""

    def __init__(self, inputs: int, outputs: tuple[int, int, int, int, int, int]) -> None:
        super().__init__()
        plain, reduce3, wide3, reduce5, wide5, projected = outputs
        self.conv1x1 = nn.Conv2d(inputs, plain, 1)
        self.conv3x3_reduce = nn.Conv2d(inputs, reduce3, 1)
        self.conv3x3 = nn.Conv2d(reduce3, wide3, 3, padding=1)
        self.conv5x5_reduce = nn.Conv2d(inputs, reduce5, 1)
        self.conv5x5 = nn.Conv2d(reduce5, wide5, 5, padding=2)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1, ceil_mode=True)
        self.pool_proj = nn.Conv2d(inputs, projected, 1)

    def forward(self, x: Tensor) -> Tensor:
        wide3 = self.conv3x3(torch.relu(self.conv3x3_reduce(x)))
        wide5 = self.conv5x5(torch.relu(self.conv5x5_reduce(x)))
        return torch.relu(torch.cat([self.conv1x1(x), wide3, wide5, self.pool_proj(self.pool(x))], 1))


class GoogLeNet(nn.Module):
    """6,998,552 parameters, without the auxiliary heads; [image][3][224][224] to raw scores [image][1000]."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1_7x7_s2 = nn.Conv2d(3, 64, 7, stride=2, padding=3)
        self.norm1 = normalise()
        self.conv2_3x3_reduce = nn.Conv2d(64, 64, 1)
        self.conv2_3x3 = nn.Conv2d(64, 192, 3, padding=1)
        self.norm2 = normalise()
        self.pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception_3a = Inception(192, (64, 96, 128, 16, 32, 32))
        self.inception_3b = Inception(256, (128, 128, 192, 32, 96, 64))
        self.inception_4a = Inception(480, (192, 96, 208, 16, 48, 64))
        self.inception_4b = Inception(512, (160, 112, 224, 24, 64, 64))
        self.inception_4c = Inception(512, (128, 128, 256, 24, 64, 64))
        self.inception_4d = Inception(512, (112, 144, 288, 32, 64, 64))
        self.inception_4e = Inception(528, (256, 160, 320, 32, 128, 128))
        self.inception_5a = Inception(832, (256, 160, 320, 32, 128, 128))
        self.inception_5b = Inception(832, (384, 192, 384, 48, 128, 128))
        self.average = nn.AvgPool2d(7)
        self.dropout = nn.Dropout(0.4)
        self.loss3_classifier = nn.Linear(1024, CLASS_COUNT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm1(self.pool(torch.relu(self.conv1_7x7_s2(x))))
        x = torch.relu(self.conv2_3x3(torch.relu(self.conv2_3x3_reduce(x))))
        x = self.inception_3b(self.inception_3a(self.pool(self.norm2(x))))
        x = self.inception_4c(self.inception_4b(self.inception_4a(self.pool(x))))
        x = self.inception_4e(self.inception_4d(x))
        x = self.inception_5b(self.inception_5a(self.pool(x)))
        return self.loss3_classifier(self.dropout(torch.flatten(self.average(x), 1)))
