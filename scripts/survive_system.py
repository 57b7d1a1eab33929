"""Failures of the system below a campaign: a disk that fills up or turns read-only (a small tmpfs, which needs root),
calls that fail (libfiu, Debian's fiu-utils), and death at each of the calls that make files durable (strace)."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Iterator

from survive_campaign import (DONE, INPUT, USAGE, Failure, LeftOut, quiet_sanitizers, read_journal, require_sound,
                              run)
from survive_failures import Case, World, require_unfinished

PAGE_KIB = 4
ROOMY = "size=16m"


def mount(*words: object) -> None:
    subprocess.run(["mount", *map(str, words)], check=True, capture_output=True)


@contextlib.contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    if os.geteuid() != 0:
        raise LeftOut("mounting a small disk needs root")
    folder.mkdir()
    try:
        mount("-t", "tmpfs", "-o", options, "tmpfs", folder)
    except (OSError, subprocess.CalledProcessError) as error:
        raise LeftOut(f"a small disk can't be mounted here ({error})") from None
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def pages(size_bytes: int) -> int:
    return -(-size_bytes // (1024 * PAGE_KIB))


def journal_pages(world: World) -> int:
    return pages(sum(len(line) + 1 for line in world.reference.journal.lines))


def disk_fills_in_mid_campaign(world: World) -> str:
    with small_disk(world.folder / "disk", f"size={journal_pages(world) // 2 * PAGE_KIB}k") as disk:
        output = disk / "result"
        run(world.campaign.command(output)).expect({INPUT}, output / "journal.jsonl", "No space left on device")
        require_unfinished(output, 1, world.campaign.records - 1)
        held = read_journal(output).records
        run(world.campaign.command(output)).expect({USAGE, INPUT}, output, "No space left on device")
        require_unfinished(output, held, world.campaign.records - 1)
        shutil.copytree(output, world.output)
        world.go_on()
        mount("-o", f"remount,{ROOMY}", disk)
        world.go_on(output)
    return f"exit 3 after {held} records; goes on in a copy elsewhere, and in place once there is space"


def disk_fills_at_the_result(world: World) -> str:
    faults = pages(len(world.reference.faults))
    names = {"faults.csv": faults - 1, "result.json": faults + 1}
    for name, more in names.items():
        options = f"size={(journal_pages(world) + more) * PAGE_KIB}k"
        with small_disk(world.folder / f"disk-{name}", options) as disk:
            output = disk / "result"
            run(world.campaign.command(output)).expect({INPUT}, name, "No space left on device")
            require_unfinished(output, world.campaign.records, world.campaign.records)
            if (output / "faults.csv").exists():
                raise Failure(f"{output}: faults.csv was left without its result")
            mount("-o", f"remount,{ROOMY}", disk)
            world.go_on(output)
    return "exit 3 at faults.csv and at result.json, neither is left; both come once there is space"


def disk_turns_read_only(world: World) -> str:
    with small_disk(world.folder / "disk", ROOMY) as disk:
        output = world.begin(world.campaign.records // 2, disk / "result")
        mount("-o", "remount,ro", disk)
        run(world.campaign.command(output)).expect({USAGE}, output, "Read-only file system")
        run(world.campaign.command(disk / "other")).expect({USAGE}, disk / "other", "Read-only file system")
        mount("-o", "remount,rw", disk)
        world.go_on(output)
    return "exit 2, before anything is measured"


SHARES = {  # of calls that fail
    "posix/io/rw/write": (0.01, 0.03, 0.1, 0.5),
    "posix/io/rw/write/reduce": (0.5, 1),
    "posix/io/sync/fsync": (0.01, 0.03, 0.1, 0.5),
    "posix/io/dir/rename": (0.3, 0.7),
}


def failing_calls(world: World, point: str) -> str:
    """At random, so often that a campaign gets through here and there; each start goes on from the one before."""
    if shutil.which("fiu-run") is None:
        raise LeftOut("fiu-run isn't installed (Debian's fiu-utils)")
    ended: dict[int, int] = {}
    for number in range(world.rounds):
        output = world.folder / f"result-{number}"
        campaign = world.campaign.of(cache=world.folder / f"cache-{number}") if number % 2 else world.campaign
        for _ in range(8):
            share = world.choice.choice(SHARES[point])
            faulty = ["fiu-run", "-x", "-c", f"enable_random name={point},probability={share}"]
            end = run([*faulty, *campaign.command(output)]).expect({DONE, USAGE, INPUT})
            ended[end.code] = ended.get(end.code, 0) + 1
            require_sound(read_journal(output))
            if end.code == DONE:
                break
            if (output / "result.json").exists():
                raise Failure(f"{output}: has a result, but said {end.err}")
        if end.code == DONE:
            world.reference.require_equal(output)
        world.go_on(output)
    counts = ", ".join(f"{count} with {code}" for code, count in sorted(ended.items()))
    return f"{sum(ended.values())} starts ({counts}), then all {world.rounds} campaigns came to the reference's result"


def failing_write(world: World) -> str:
    return failing_calls(world, "posix/io/rw/write")


def short_write(world: World) -> str:
    return failing_calls(world, "posix/io/rw/write/reduce")


def failing_sync(world: World) -> str:
    return failing_calls(world, "posix/io/sync/fsync")


def failing_rename(world: World) -> str:
    return failing_calls(world, "posix/io/dir/rename")


def died(world: World, kind: str, number: int) -> bool:
    """Killed at the so manyth call of a kind, before it does anything; false when there weren't so many. Begins one
    record before the end, so that the last record and both final files are still to come."""
    output = world.begin(world.campaign.records - 1, world.folder / f"{kind}-{number}")
    tracer = ["strace", "-f", "-qq", "-e", f"trace={kind}", "-e", f"inject={kind}:signal=KILL:when={number}",
              "-o", "/dev/null"]
    end = run([*tracer, *world.campaign.command(output)], env=quiet_sanitizers())
    if end.code not in (DONE, -signal.SIGKILL):
        raise Failure(f"{output}: exit code {end.code}: {end.err}")
    require_sound(read_journal(output))
    world.go_on(output)
    return end.code != DONE


def death_at_each_call(world: World) -> str:
    if shutil.which("strace") is None:
        raise LeftOut("strace isn't installed")
    counts = {}
    for kind in ("fsync", "rename"):
        counts[kind] = 0
        while died(world, kind, counts[kind] + 1):
            counts[kind] += 1
    if counts["fsync"] < 6 or counts["rename"] < 2:
        raise Failure(f"expected at least 6 syncs and 2 renames, died at {counts}")
    return f"killed at each of the last {counts['fsync']} syncs and {counts['rename']} renames"


CASES = [
    Case("disk fills up in mid-campaign", disk_fills_in_mid_campaign),
    Case("disk fills up at the result", disk_fills_at_the_result),
    Case("disk turns read-only", disk_turns_read_only),
    Case("failing write", failing_write),
    Case("short write", short_write),
    Case("failing fsync", failing_sync),
    Case("failing rename", failing_rename),
    Case("death at each sync and rename", death_at_each_call),
]
