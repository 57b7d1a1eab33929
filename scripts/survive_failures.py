"""What may go wrong beside a campaign: it ends with one line that says why and a documented exit code, its journal
stays good, and once the cause is gone the same command comes to the reference's result."""

from __future__ import annotations

import random
import shutil
import signal
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from survive_campaign import (DONE, IMAGES, INPUT, MODEL, USAGE, Campaign, Failure, Reference, ended, journal_path,
                              read_journal, refer, require_sound, run, start)

SHARDS = 8


@dataclass(frozen=True)
class World:
    campaign: Campaign
    reference: Reference
    folder: Path  # of this case alone
    choice: random.Random
    rounds: int = 10  # of what is left to chance

    @property
    def output(self) -> Path:
        return self.folder / "result"

    def begin(self, records: int, output: Path | None = None) -> Path:
        """The folder of a campaign that died after so many records."""
        output = output or self.output
        output.mkdir()
        lines = self.reference.journal.lines[:records + 1]
        journal_path(output).write_bytes(b"".join(line + b"\n" for line in lines))
        return output

    def go_on(self, output: Path | None = None) -> None:
        output = output or self.output
        run(self.campaign.command(output)).expect({DONE})
        self.reference.require_equal(output)


def require_unfinished(output: Path, least: int, most: int) -> None:
    """Whole records, so many, and nothing that looks like a result."""
    journal = read_journal(output)
    require_sound(journal)
    if journal.torn or not least <= journal.records <= most:
        raise Failure(f"{output}: {journal.records} records and {len(journal.torn)} bytes after them")
    if (output / "result.json").exists():
        raise Failure(f"{output}: has a result, but isn't whole")


def stdout_is_full(world: World) -> str:
    with open("/dev/full", "wb") as full:
        run(world.campaign.command(world.output), stdout=full).expect({INPUT}, "stdout", "No space left on device")
    world.reference.require_equal(world.output)
    return "exit 3, and the result is there"


def stderr_is_full(world: World) -> str:
    with open("/dev/full", "wb") as full:
        run(world.campaign.command(world.output, "--progress", "plain"), stderr=full).expect({DONE})
        run(world.campaign.command(world.output, "--seed", 2), stderr=full).expect_code(USAGE)
    world.reference.require_equal(world.output)
    return "the campaign goes on; a refusal keeps its exit code"


def output_is_no_folder(world: World) -> str:
    file = world.folder / "file"
    file.write_bytes(b"mine")
    for output in (Path("/dev/full"), file, file / "result"):
        run(world.campaign.command(output)).expect({USAGE}, output)
    if file.read_bytes() != b"mine":
        raise Failure(f"{file} was changed")
    return "exit 2 for a device, a file, and a folder in a file"


def images_vanish(world: World) -> str:
    images, away = world.folder / "images", world.folder / "away"
    shutil.copytree(IMAGES, images)
    for cache in (None, world.folder / "cache"):
        campaign = world.campaign.of(images=images, cache=cache)
        output = world.folder / f"result-{'no-' * (cache is None)}cache"
        reference = cut_in_half(campaign, output)
        images.rename(away)
        run(campaign.command(output)).expect({INPUT}, images)
        require_unfinished(output, 1, campaign.records - 1)
        away.rename(images)
        run(campaign.command(output)).expect({DONE})
        reference.require_equal(output)
    return "exit 3, named, with and without cached images"


def cut_in_half(campaign: Campaign, output: Path) -> Reference:
    """A campaign of its own settings that died half-way, and what it would have come to (paths are in a result)."""
    reference = refer(campaign, output)
    lines = reference.journal.lines
    journal_path(output).write_bytes(b"".join(line + b"\n" for line in lines[:len(lines) // 2]))
    for name in ("result.json", "faults.csv"):
        (output / name).unlink()
    return reference


def change_one_weight(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            content = bytearray(old.read(item))
            if item.filename.endswith("/data/0"):
                content[0] ^= 1
            new.writestr(item, bytes(content))


def model_changes(world: World) -> str:
    model = world.folder / "model.pt"
    shutil.copy(MODEL, model)
    campaign = world.campaign.of(model=model)
    reference = cut_in_half(campaign, world.output)
    change_one_weight(MODEL, model)
    run(campaign.command(world.output)).expect({USAGE, INPUT}, "journal.jsonl", "sha256")
    require_unfinished(world.output, 1, campaign.records - 1)
    shutil.copy(MODEL, model)
    run(campaign.command(world.output)).expect({DONE})
    reference.require_equal(world.output)
    return "one bit of a weight: refused by its hash"


def batch_changes(world: World) -> str:
    world.begin(world.campaign.records // 2)
    run(world.campaign.command(world.output, "--batch", 10)).expect({USAGE}, "journal.jsonl", "batch")
    require_unfinished(world.output, 1, world.campaign.records - 1)
    world.go_on()
    return "exit 2, and the first batch goes on"


def second_process(world: World) -> str:
    """The first is stopped meanwhile, so that nothing depends on who is faster."""
    for attempt in range(5):
        output = world.folder / f"result-{attempt}"
        first = start(world.campaign.command(output))
        try:
            while first.poll() is None and read_journal(output).records < 1:
                time.sleep(0.001)
            first.send_signal(signal.SIGSTOP)
            if first.poll() is not None:
                continue
            run(world.campaign.command(output)).expect({USAGE}, output, "another process")
            run(world.campaign.command(output, "--force")).expect({USAGE}, output, "another process")
            first.send_signal(signal.SIGCONT)
            ended(first).expect({DONE})
        finally:
            first.kill()
        world.reference.require_equal(output)
        return "the second is refused with 2 and without waiting, the first comes to its end"
    raise Failure("the first process was never at work when the second was to be started")


def parallel_shards(world: World) -> str:
    campaign = world.campaign.of(cache=world.folder / "cache")
    outputs = [world.folder / f"shard-{index}" for index in range(1, SHARDS + 1)]
    processes = [start(campaign.command(output, "--shard", f"{index}/{SHARDS}"))
                 for index, output in enumerate(outputs, 1)]
    try:
        for process in processes:
            ended(process).expect({DONE})
    finally:
        for process in processes:
            process.kill()
    files = [path.name for path in campaign.cache.iterdir() if path.suffix == ".images"]
    if len(files) != 1:
        raise Failure(f"the shards' cache holds {files}")
    run([str(campaign.program), "merge", *map(str, reversed(outputs)), "-o", str(world.output)]).expect({DONE})
    world.reference.require_equal(world.output)
    return f"{SHARDS} at once on one fresh cache, merged backwards: the reference's result"


@dataclass(frozen=True)
class Case:
    name: str
    tried: Callable[[World], str]


CASES = [
    Case("stdout is full", stdout_is_full),
    Case("stderr is full", stderr_is_full),
    Case("output is no folder", output_is_no_folder),
    Case("images vanish", images_vanish),
    Case("model changes", model_changes),
    Case("another --batch", batch_changes),
    Case("two processes, one folder", second_process),
    Case("shards in parallel", parallel_shards),
]
