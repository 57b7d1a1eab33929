"""A small campaign on the demonstration: how it is started, what its journal holds, whether its result is the one that
an uninterrupted one came to. Each run on each block of images is a record of its own: RUNS times BLOCKS of them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL, IMAGES = ROOT / "configs/demo/signs.pt", ROOT / "configs/demo/images"
TESTS = {
    "full": ["--errors", "1,5,20,100,400"],
    "indexed": ["--bits", "0,25,30", "--positions", "10"],
    "layer": ["--policy", "equal", "--errors-per-layer", "5"],
}
BATCH, BLOCKS = 20, 3
DONE, USAGE, INPUT, INTEGRITY, RESUMABLE = 0, 2, 3, 4, 75
TIMEOUT_SECONDS = 600  # of one start, on however busy a machine


class Failure(Exception):
    """Something that was promised didn't hold."""


class LeftOut(Exception):
    """Can't be tried here; says why."""


@dataclass(frozen=True)
class Campaign:
    program: Path
    test: str
    runs: int
    cache: Path | None = None  # none: images are prepared anew at every start
    model: Path = MODEL
    images: Path = IMAGES

    @property
    def records(self) -> int:
        return self.runs * BLOCKS

    def command(self, output: Path, *more: object) -> list[str]:
        cache = ["--cache-folder", self.cache] if self.cache else ["--no-cache"]
        words = [self.program, "run", self.model, "--images", self.images, "--preprocessing", "none",
                 "--mean", "0.5,0.5,0.5", "--deviation", "0.5,0.5,0.5", "--test", self.test, *TESTS[self.test],
                 "--runs", self.runs, "--first", BATCH * BLOCKS, "--batch", BATCH, "--threads", 1,
                 "--checkpoint-minutes", 0, "--progress", "none", *cache, "--output", output, *more]
        return [str(word) for word in words]

    def of(self, **changes: object) -> Campaign:
        return replace(self, **changes)


@dataclass(frozen=True)
class Ended:
    """How a process ended and what it left on stderr."""

    code: int
    err: str

    @property
    def complaints(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.startswith("faultline: ")]

    def expect_code(self, code: int) -> Ended:
        if self.code != code:
            raise Failure(f"expected exit code {code}: it was {self.code}: {self.err.strip()!r}")
        return self

    def expect(self, codes: set[int], *parts: object) -> Ended:
        """One of these codes; unless that is success, one line that says why and holds all parts."""
        said = f"exit code {self.code}: {self.err.strip()!r}"
        if self.code not in codes:
            raise Failure(f"expected {sorted(codes)}: {said}")
        others = [line for line in self.err.splitlines() if not line.startswith(("faultline: ", "["))]
        if self.code != DONE and (len(self.complaints) != 1 or others):
            raise Failure(f"not one line that says why: {said}")
        if self.code != DONE and not all(str(part) in self.complaints[0] for part in parts):
            raise Failure(f"expected {[str(part) for part in parts]} to be named: {said}")
        return self


def start(command: list[str], **more: object) -> subprocess.Popen:
    return subprocess.Popen(command, **{"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **more})


def ended(process: subprocess.Popen, timeout: float = TIMEOUT_SECONDS) -> Ended:
    try:
        _, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Failure(f"still running after {timeout} seconds: {process.args}") from None
    return Ended(process.returncode, (err or b"").decode(errors="replace"))


def run(command: list[str], **more: object) -> Ended:
    return ended(start(command, **more))


@dataclass(frozen=True)
class Journal:
    lines: list[bytes]  # whole ones, the campaign's first
    torn: bytes  # what comes after them

    @property
    def records(self) -> int:
        return max(0, len(self.lines) - 1)


def journal_path(output: Path) -> Path:
    return output / "journal.jsonl"


def read_journal(output: Path) -> Journal:
    path = journal_path(output)
    *lines, torn = path.read_bytes().split(b"\n") if path.exists() else [b""]
    return Journal(lines, torn)


def entry(line: bytes) -> dict:
    """What a line holds; its hash is that of the entry's bytes."""
    head, middle, tail = b'{"entry":', b',"sha256":"', b'"}'
    text, _, rest = line.removeprefix(head).rpartition(middle)
    if not line.startswith(head) or rest.removesuffix(tail).decode() != hashlib.sha256(text).hexdigest():
        raise Failure(f"a line of the journal isn't what was written: {line[:80]!r}")
    return json.loads(text)


def require_sound(journal: Journal) -> None:
    """Every whole line has its hash and its place, and no run of a block is recorded twice."""
    entries = [entry(line) for line in journal.lines]
    places = [(one["format"], one["block"], run) for one in entries[1:]
              for run in range(one["runs"][0], sum(one["runs"]))]
    if [one["line"] for one in entries] != list(range(len(entries))) or len(set(places)) != len(places):
        raise Failure("lines of the journal are missing or twice there")


def repeatable(output: Path) -> bytes:
    """result.json as it stands, numbers to the last digit, without what may differ between equal invocations."""
    result = json.loads((output / "result.json").read_bytes(), parse_float=str, parse_int=str)
    del result["timing"], result["environment"]["host"]
    return json.dumps(result).encode()


@dataclass(frozen=True)
class Reference:
    """What an uninterrupted campaign came to."""

    result: bytes
    faults: bytes
    journal: Journal
    record_seconds: float

    def require_equal(self, output: Path) -> None:
        journal = read_journal(output)
        require_sound(journal)
        if journal.torn or journal.records != self.journal.records:
            raise Failure(f"{output}: {journal.records} records of {self.journal.records}, "
                          f"{len(journal.torn)} bytes after them")
        if repeatable(output) != self.result:
            raise Failure(f"{output}: result.json isn't that of an uninterrupted campaign")
        if (output / "faults.csv").read_bytes() != self.faults:
            raise Failure(f"{output}: faults.csv isn't that of an uninterrupted campaign")
        left = sorted(path.name for path in output.iterdir() if not path.name.startswith("."))
        if left != ["faults.csv", "journal.jsonl", "journal.jsonl.lock", "result.json"]:
            raise Failure(f"{output}: holds {left}")


def refer(campaign: Campaign, output: Path) -> Reference:
    run(campaign.command(output)).expect({DONE})
    timing = json.loads((output / "result.json").read_bytes())["timing"]
    reference = Reference(repeatable(output), (output / "faults.csv").read_bytes(), read_journal(output),
                          timing["measuring_seconds"] / timing["records"])
    if reference.journal.records != campaign.records:
        raise Failure(f"{reference.journal.records} records, expected {campaign.records}")
    reference.require_equal(output)
    return reference


def quiet_sanitizers() -> dict[str, str]:
    """The leak check of a sanitized build can't work under another tracer."""
    return os.environ | {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
