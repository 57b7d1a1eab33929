"""Campaigns on the tiny quantised networks of tests/data, made by another route than the tool and its cross-check:
plain Python modules, words taken apart bit by bit with whole numbers, outcomes counted image by image."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
import tiny_fixed
import tiny_networks
import torch
from demo_campaigns import BATCH, DEMO, Campaign, count_outcomes, float_of, word_of
from PIL import Image

DATA = Path(__file__).resolve().parents[1] / "data"
SIZE = 8


@dataclass
class Word:
    """One word of a format, by its name."""

    format: str

    def __post_init__(self) -> None:
        parts = self.format.split(":")
        self.sign_magnitude = parts[-1] == "sign-magnitude"
        self.bits = 32 if self.format == "float32" else int(parts[0].removeprefix("fixed"))
        self.step = None if self.format == "float32" else Fraction(2) ** -int(parts[1].removeprefix("f"))

    def number(self, word: int) -> float:
        if self.step is None:
            return float_of(word)
        digits = [word >> bit & 1 for bit in range(self.bits)]
        size = sum(digit << bit for bit, digit in enumerate(digits[:-1]))
        if self.sign_magnitude:
            return (-1.0) ** digits[-1] * float(size * self.step)
        return float((size - (digits[-1] << (self.bits - 1))) * self.step)

    def word(self, number: float) -> int:
        """Looked up, so that it can't err in the way that `number` does."""
        if self.step is None:
            return word_of(number)
        words = [word for word in range(1 << self.bits) if word_of(self.number(word)) == word_of(number)]
        assert len(words) == 1, (self.format, number)
        return words[0]


class Stored:
    """A network in one format: eager modules with the file's weights."""

    def __init__(self, file: str, name: str, network: Callable[[], torch.nn.Module]) -> None:
        self.path, self.name = DATA / f"{file}.pt", name
        self.network = network().eval()
        extra = {tiny_fixed.FORMATS_FILE: ""}
        self.state = torch.jit.load(str(self.path), _extra_files=extra).state_dict()
        self.names = [name for name, _ in self.network.named_parameters()]
        formats = json.loads(extra[tiny_fixed.FORMATS_FILE] or "{}").get("tensors", {})
        self.words = [Word(formats.get(name, "float32")) for name in self.names]

    def word(self, tensor: int, element: int) -> int:
        return self.words[tensor].word(self.state[self.names[tensor]].flatten()[element].item())

    def forward(self, words: dict[tuple[int, int], int], images: torch.Tensor) -> torch.Tensor:
        state = {name: value.clone() for name, value in self.state.items()}
        for (tensor, element), word in words.items():
            state[self.names[tensor]].view(-1)[element] = self.words[tensor].number(word)
        self.network.load_state_dict(state)
        with torch.no_grad():
            return torch.cat([self.network(block) for block in images.split(BATCH)])


class Maker:
    def __init__(self, labels: Path, images_sha256: str) -> None:
        self.labels_file, self.images_sha256 = labels, images_sha256
        pairs = [line.rsplit(" ", 1) for line in labels.read_text().splitlines()]
        self.labels = [int(label) for _, label in pairs]
        images = [Image.open(DEMO / "images" / name).convert("RGB") for name, _ in pairs]
        small = [image.resize((SIZE, SIZE), Image.Resampling.BILINEAR) for image in images]
        pixels = torch.stack([torch.from_numpy(numpy.array(image)) for image in small])
        self.images = (pixels.permute(0, 3, 1, 2).contiguous().float() / 255 - 0.5) / 0.5

    def tally(self, stored: Stored, words: dict[tuple[int, int], int]) -> dict[str, int]:
        golden = stored.forward({}, self.images)
        return count_outcomes(stored.forward(words, self.images), golden, self.labels)

    def layers(self, formats: list[Stored]) -> list[dict[str, Any]]:
        layers: dict[str, list[dict[str, Any]]] = {}
        for index, name in enumerate(formats[0].names):
            layers.setdefault(name.rsplit(".", 1)[0], []).append(
                {"index": index, "name": name, "in_space": True, "shape": list(formats[0].state[name].shape),
                 "formats": [stored.words[index].format for stored in formats]})
        return [{"name": name, "tensors": tensors} for name, tensors in layers.items()]

    def empty(self, formats: list[Stored], points: list[dict[str, Any]], pattern: str) -> Campaign:
        dataset = {"images": str(DEMO / "images"), "labels": str(self.labels_file), "layout": "list", "first": 0,
                   "one_per_class": False, "preprocessing": "none", "resize": "squash", "resize_size": SIZE,
                   "interpolation": "pillow", "crop": 0, "channels": "rgb", "scale": 255.0, "mean": [0.5] * 3,
                   "deviation": [0.5] * 3}
        golden = [self.tally(stored, {}) for stored in formats]
        places = ["network.model", *(f"network.quantized[{k}]" for k in range(len(formats) - 1))]
        return Campaign({
            "schema_version": "5",
            "kind": "campaign",
            "identity": {"images_sha256": self.images_sha256},
            "environment": {"device": "cpu", "threads": 1, "batch": BATCH},
            "config": {"network": {"model": str(formats[0].path),
                                   "quantized": [str(stored.path) for stored in formats[1:]]},
                       "dataset": dataset, "campaign": {}, "evaluation": {"batch": BATCH}},
            "formats": [{"name": stored.name, "file": place, "first_trial": k * len(points) // len(formats),
                         "model_sha256": hashlib.sha256(stored.path.read_bytes()).hexdigest()}
                        for k, (stored, place) in enumerate(zip(formats, places))],
            "fault_model": {"bits_per_error": 1, "bits_pattern": pattern, "replacement": False},
            "network": {"layers": self.layers(formats)},
            "images": {"count": len(self.labels), "bad": []},
            "golden": [{"before": tally, "after": tally} for tally in golden],
            "points": points,
            "runs": [],
        })

    def add_trial(self, campaign: Campaign, stored: Stored, trials: list[dict[str, Any]],
                  added: list[tuple[int, int, int]], words: dict[tuple[int, int], int], parent: str) -> None:
        """`words` are those of the parent, and then those of this trial."""
        run, first = len(campaign.json["runs"]), len(campaign.rows)
        for tensor, element, mask in added:
            before = words.get((tensor, element), stored.word(tensor, element))
            words[(tensor, element)] = before ^ mask
            campaign.rows.append([run, len(trials), tensor, element, mask, before, before ^ mask])
        trials.append({"key": campaign.json["points"][len(trials)]["key"], "parent": parent,
                       "faults": {"first": first, "count": len(added)}, "tally": self.tally(stored, words)})

    def side_by_side(self) -> Campaign:
        """Full, in float32 and in 8 bits, on the same elements."""
        formats = [Stored("plain_traced", "float32", tiny_networks.Plain),
                   Stored("fixed8", "fixed8", tiny_fixed.PlainFixed)]
        points = [{"key": f"full/{stored.name}/errors={count}", "errors": count}
                  for stored in formats for count in (1, 3, 8)]
        campaign = self.empty(formats, points, "random")
        for run in range(2):
            numbers, trials = numpy.random.RandomState(run), []
            hits = [(int(numbers.randint(4)), int(numbers.randint(8)), numbers.uniform()) for _ in range(8)]
            hits = list({hit[:2]: hit for hit in hits}.values())
            hits += [(2, 900 + k, 0.97) for k in range(8 - len(hits))]
            for stored in formats:
                words, parent = {}, "golden"
                for low, high in ((0, 1), (1, 3), (3, 8)):
                    added = [(tensor, element, 1 << int(u * stored.words[tensor].bits))
                             for tensor, element, u in hits[low:high]]
                    self.add_trial(campaign, stored, trials, added, words, parent)
                    parent = trials[-1]["key"]
            campaign.json["runs"].append({"run": run, "trials": trials})
        return campaign

    def mixed(self) -> Campaign:
        """Indexed, in words of 4, 6 (sign-magnitude), 8 and 32 bits: a word without the bit is left alone."""
        stored = Stored("fixed_mixed", "fixed4+fixed6:sign-magnitude+fixed8+float32", tiny_fixed.Mixed)
        bits, runs = [0, 3, 5, 7, 30], []
        for run in range(2):
            numbers = numpy.random.RandomState(run + 5)
            tensors = numbers.permutation(len(stored.names)).tolist()
            elements = [int(numbers.randint(stored.state[stored.names[tensor]].numel())) for tensor in tensors]
            runs.append([list(zip(tensors, elements))[: 6 + run] for _ in bits])
        hits = [[[(*place, 1 << bit) for place in places if stored.words[place[0]].bits > bit]
                 for bit, places in zip(bits, of_run)] for of_run in runs]
        counts = [[len(of_run[k]) for of_run in hits] for k in range(len(bits))]
        points = [{"key": f"indexed/{stored.name}/bit={bit}", "bit": bit, "errors": max(count),
                   "errors_mean": sum(count) / len(count)} for bit, count in zip(bits, counts)]
        campaign = self.empty([stored], points, "adjacent")
        for run, of_run in enumerate(hits):
            trials: list[dict[str, Any]] = []
            for added in of_run:
                self.add_trial(campaign, stored, trials, added, {}, "golden")
            campaign.json["runs"].append({"run": run, "trials": trials})
        return campaign
