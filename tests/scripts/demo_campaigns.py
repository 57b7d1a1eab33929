"""Campaigns on the demonstration, made by another route than the tool and its cross-check: its network as plain Python
modules, words changed in a copy of its state, outcomes counted image by image."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import make_demo
import numpy
import torch
from PIL import Image

DEMO = Path(__file__).resolve().parents[2] / "configs" / "demo"
BATCH = 32
HEADER = "run,trial,tensor,element,mask,before,after\n"
COUNTS = ("images", "top1", "top5", "masked", "benign", "sdc1", "sdc5", "nonfinite", "critical")

Row = list[int]  # run, trial, tensor, element, mask, before, after


def float_of(word: int) -> float:
    return struct.unpack("<f", struct.pack("<I", word))[0]


def word_of(number: float) -> int:
    return struct.unpack("<I", struct.pack("<f", number))[0]


def order(scores: list[float]) -> list[int]:
    """Classes, the best first; of equals the smaller number first."""
    return sorted(range(len(scores)), key=lambda label: (-scores[label], label))


def count_outcomes(logits: torch.Tensor, golden: torch.Tensor, labels: list[int]) -> dict[str, int]:
    """The definitions once more, one image after another."""
    counts = dict.fromkeys(COUNTS, 0)
    for own, before, label in zip(logits, golden, labels):
        golden_order = order(before.tolist()) if before.isfinite().all() else []
        golden_right = golden_order[:1] == [label]
        counts["images"] += 1
        if not own.isfinite().all():
            counts["nonfinite"] += 1
            counts["critical"] += golden_right
            continue
        ranks = order(own.tolist())
        counts["top1"] += ranks[0] == label
        counts["top5"] += label in ranks[:5]
        counts["critical"] += golden_right and ranks[0] != label
        if own.numpy().tobytes() == before.numpy().tobytes():
            counts["masked"] += 1
        elif golden_order[:1] == ranks[:1]:
            counts["benign"] += 1
        else:
            counts["sdc1"] += 1
            counts["sdc5"] += ranks[0] not in golden_order[:5]
    return counts


class Reference:
    """The demonstration's network and every sixth of its images, without TorchScript."""

    def __init__(self) -> None:
        self.network = make_demo.SignNet(10).eval()
        self.state = torch.jit.load(str(DEMO / "signs.pt")).state_dict()
        self.network.load_state_dict(self.state)
        self.names = [name for name, _ in self.network.named_parameters()]
        self.files = sorted((DEMO / "images").glob("*/*.png"))[::6]
        classes = sorted(path.name for path in (DEMO / "images").iterdir())
        self.labels = [classes.index(path.parent.name) for path in self.files]
        pixels = torch.stack([torch.from_numpy(numpy.array(Image.open(path))) for path in self.files])
        self.images = (pixels.permute(0, 3, 1, 2).contiguous().float() / 255 - 0.5) / 0.5
        self.golden = self.forward({})

    def word(self, tensor: int, element: int) -> int:
        return word_of(self.state[self.names[tensor]].flatten()[element].item())

    def forward(self, words: dict[tuple[int, int], int]) -> torch.Tensor:
        state = {name: value.clone() for name, value in self.state.items()}
        for (tensor, element), word in words.items():
            state[self.names[tensor]].view(-1)[element] = float_of(word)
        self.network.load_state_dict(state)
        with torch.no_grad():
            return torch.cat([self.network(block) for block in self.images.split(BATCH)])

    def tally(self, words: dict[tuple[int, int], int]) -> dict[str, int]:
        return count_outcomes(self.forward(words), self.golden, self.labels)

    def layers(self) -> list[dict[str, Any]]:
        layers: dict[str, list[dict[str, Any]]] = {}
        for index, name in enumerate(self.names):
            layer, role = name.rsplit(".", 1)
            layers.setdefault(layer, []).append({"index": index, "name": name, "role": role, "in_space": True,
                                                 "shape": list(self.state[name].shape), "formats": ["float32"]})
        return [{"name": name, "tensors": tensors} for name, tensors in layers.items()]


@dataclass
class Campaign:
    """A result and its fault list, to be written as they are or with something planted."""

    json: dict[str, Any]
    rows: list[Row] = field(default_factory=list)

    def tally(self, run: int, place: int) -> dict[str, int]:
        return self.json["runs"][run]["trials"][place]["tally"]

    def write(self, folder: Path) -> None:
        lines = [",".join([*map(str, row[:4]), *(f"{word:08x}" for word in row[4:])]) for row in self.rows]
        text = HEADER + "".join(line + "\n" for line in lines)
        (folder / "faults.csv").write_text(text)
        self.json["faults"] = {"file": "faults.csv", "sha256": hashlib.sha256(text.encode()).hexdigest(),
                               "count": len(self.rows)}
        (folder / "result.json").write_text(json.dumps(self.json))


Point = dict[str, Any]
Errors = list[tuple[int, int, int]]  # tensor, element, mask


class Maker:
    """Makes campaigns whose every count was found by the reference."""

    def __init__(self, folder: Path) -> None:
        self.reference = Reference()
        self.labels = folder / "val.txt"
        names = [path.relative_to(DEMO / "images").as_posix() for path in self.reference.files]
        pairs = list(zip(names, self.reference.labels))
        self.labels.write_text("".join(f"{name} {label}\n" for name, label in pairs))
        digest = hashlib.sha256()
        for (name, label), path in zip(pairs, self.reference.files):
            digest.update(f"{name}\0{path.stat().st_size} {label}\n".encode())
        self.images_sha256 = digest.hexdigest()

    def empty(self, points: list[Point], **fault_model: Any) -> Campaign:
        dataset = {"images": str(DEMO / "images"), "labels": str(self.labels), "layout": "list", "first": 0,
                   "one_per_class": False, "preprocessing": "none", "resize": "none", "resize_size": 256,
                   "interpolation": "pillow", "crop": 0, "channels": "rgb", "scale": 255.0, "mean": [0.5] * 3,
                   "deviation": [0.5] * 3}
        golden = self.reference.tally({})
        model_sha256 = hashlib.sha256((DEMO / "signs.pt").read_bytes()).hexdigest()
        model = {"bits_per_error": 1, "bits_pattern": "random", "replacement": False, **fault_model}
        return Campaign({
            "schema_version": "5",
            "kind": "campaign",
            "identity": {"images_sha256": self.images_sha256},
            "formats": [{"name": "float32", "file": "network.model", "model_sha256": model_sha256, "first_trial": 0}],
            "environment": {"device": "cpu", "threads": 1, "batch": BATCH},
            "config": {"network": {"model": str(DEMO / "signs.pt")}, "dataset": dataset,
                       "campaign": {}, "evaluation": {"batch": BATCH}},
            "fault_model": model,
            "network": {"layers": self.reference.layers()},
            "images": {"count": len(self.reference.files), "bad": []},
            "golden": [{"before": golden, "after": golden}],
            "points": points,
            "runs": [],
        })

    def add_run(self, campaign: Campaign, errors: list[Errors], piles_up: bool) -> None:
        """One list of errors for each point; they stay for the next point where faults pile up."""
        run, trials, words = len(campaign.json["runs"]), [], {}
        for place, (point, added) in enumerate(zip(campaign.json["points"], errors, strict=True)):
            words = words if piles_up else {}
            first = len(campaign.rows)
            for tensor, element, mask in added:
                before = words.get((tensor, element), self.reference.word(tensor, element))
                words[(tensor, element)] = before ^ mask
                campaign.rows.append([run, place, tensor, element, mask, before, before ^ mask])
            parent = campaign.json["points"][place - 1]["key"] if piles_up and place else "golden"
            trials.append({"key": point["key"], "parent": parent, "faults": {"first": first, "count": len(added)},
                           "tally": self.reference.tally(words)})
        campaign.json["runs"].append({"run": run, "trials": trials})

    def full(self) -> Campaign:
        counts = [0, 2, 5, 9]
        campaign = self.empty([{"key": f"full/float32/errors={count}", "errors": count} for count in counts])
        for run in range(3):
            errors = self.draw(run, 9)
            errors[6:8] = [(4 * run, 7 + run, 1 << 30), (4 * run + 4, 5, 1 << 30)]
            parts = [errors[low:high] for low, high in zip([0, *counts], counts)]
            self.add_run(campaign, parts, piles_up=True)
        return campaign

    def overlapping(self) -> Campaign:
        """Two bits an error, drawn with replacement: words are hit again, once by the same mask."""
        points = [{"key": f"full/float32/errors={count}", "errors": count} for count in (2, 4)]
        campaign = self.empty(points, bits_per_error=2, replacement=True)
        errors = [(0, 3, 0x30000000), (0, 3, 0x20000001), (0, 3, 0x30000000), (2, 1, 0x80000001)]
        self.add_run(campaign, [errors[:2], errors[2:]], piles_up=True)
        return campaign

    def indexed(self) -> Campaign:
        bits = [0, 23, 30]
        campaign = self.empty([{"key": f"indexed/float32/bit={bit}", "bit": bit, "errors": 4} for bit in bits],
                              bits_pattern="adjacent")
        for run in range(2):
            places = [(tensor, element) for tensor, element, _ in self.draw(run, 4)]
            self.add_run(campaign, [[(*place, 1 << bit) for place in places] for bit in bits], piles_up=False)
        return campaign

    def layerwise(self) -> Campaign:
        hits = {"stem.0": (0, 11, 1 << 30), "classify": (32, 100, 1 << 29)}
        campaign = self.empty([{"key": f"layer/float32/{name}", "layer": name, "errors": 1} for name in hits])
        self.add_run(campaign, [[hit] for hit in hits.values()], piles_up=False)
        return campaign

    def draw(self, seed: int, count: int) -> Errors:
        """Distinct words; low bits, so that what else is planted decides."""
        numbers, drawn = numpy.random.RandomState(seed), {}
        while len(drawn) < count:
            tensor = int(numbers.randint(len(self.reference.names)))
            size = self.reference.state[self.reference.names[tensor]].numel()
            drawn[(tensor, int(numbers.randint(size)))] = 1 << int(numbers.randint(24, 29))
        return [(*place, mask) for place, mask in drawn.items()]
