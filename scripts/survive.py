#!/usr/bin/env python3
"""Does a campaign survive? Small ones on the demonstration are killed in mid-campaign, watched while they write, and
run on a system that fails; each must come to the result of an uninterrupted one, or say in one line why it doesn't.

Usage: scripts/survive.py [--faultline PATH] [--kills N] [--terms N] [--seed S] [--tests full,indexed,layer]
                          [--runs N] [--only WORD] [--rounds N] [--keep FOLDER]

  --kills, --terms   SIGKILLs and SIGTERMs in mid-campaign, over all tests together; 0: none
  --only WORD        of the checks below, those whose name holds this word: kills, syncs, or a failure's name
  --rounds           campaigns for each kind of failing call

A small disk needs root, failing calls libfiu (Debian's fiu-utils), the look at syncs strace: left out, and said so,
where they are missing. Exits with 1 when something didn't hold.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable

import survive_failures
import survive_syncs
import survive_system
from survive_campaign import ROOT, TESTS, Campaign, Failure, LeftOut, Reference, refer
from survive_failures import World
from survive_kills import Killer, Tally


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faultline", type=Path, default=ROOT / "build/faultline")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--terms", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", default=",".join(TESTS))
    parser.add_argument("--runs", type=int, default=12, help="three records each")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=Path, help="work in this new folder, and leave it")
    return parser.parse_args(words)


class Report:
    """One line for each check, as soon as it is through."""

    def __init__(self, only: str) -> None:
        self.only = only
        self.failed: list[str] = []

    def check(self, name: str, tried: Callable[[], str]) -> None:
        if self.only not in name:
            return
        begin = time.monotonic()
        try:
            mark, text = "ok", tried()
        except LeftOut as reason:
            mark, text = "left out", str(reason)
        except Failure as failure:
            mark, text = "FAILED", str(failure)
            self.failed.append(name)
        print(f"{mark}: {name}: {text} ({time.monotonic() - begin:.0f} s)", flush=True)


def shares(total: int, count: int) -> list[int]:
    return [total // count + (place < total % count) for place in range(count)]


class Suite:
    def __init__(self, given: argparse.Namespace, folder: Path) -> None:
        self.given, self.folder = given, folder
        self.choice = random.Random(given.seed)
        self.campaigns = [Campaign(given.faultline.resolve(), test, given.runs, folder / "cache")
                          for test in given.tests.split(",")]
        self.references: dict[str, Reference] = {}

    def reference(self, campaign: Campaign) -> Reference:
        if campaign.test not in self.references:
            self.references[campaign.test] = refer(campaign, self.folder / f"reference-{campaign.test}")
        return self.references[campaign.test]

    def fresh(self, name: str) -> Path:
        folder = self.folder / re.sub(r"\W+", "-", name)
        folder.mkdir()
        return folder

    def kill(self, kind: signal.Signals, kills: int) -> str:
        if kills == 0:
            raise LeftOut("none was asked for")
        total, folder = Tally(), self.fresh(kind.name)
        for campaign, share in zip(self.campaigns, shares(kills, len(self.campaigns))):
            total.add(Killer(campaign, self.reference(campaign), folder, self.choice, kind).survive(share))
        return total.text()

    def syncs(self, campaign: Campaign) -> str:
        return survive_syncs.check(campaign, self.fresh(f"syncs-{campaign.test}"))

    def case(self, case: survive_failures.Case) -> str:
        campaign = self.campaigns[0]
        world = World(campaign, self.reference(campaign), self.fresh(case.name), self.choice, self.given.rounds)
        return case.tried(world)

    def run(self) -> list[str]:
        report = Report(self.given.only)
        report.check("kills by SIGKILL", lambda: self.kill(signal.SIGKILL, self.given.kills))
        report.check("kills by SIGTERM", lambda: self.kill(signal.SIGTERM, self.given.terms))
        for campaign in self.campaigns:
            report.check(f"syncs, {campaign.test}", lambda campaign=campaign: self.syncs(campaign))
        for case in survive_failures.CASES + survive_system.CASES:
            report.check(case.name, lambda case=case: self.case(case))
        return report.failed


def main() -> None:
    given = arguments()
    if not given.faultline.is_file():
        sys.exit(f"survive: {given.faultline}: no such program; scripts/build.sh makes build/faultline")
    if given.keep:
        given.keep.mkdir(parents=True)
        failed = Suite(given, given.keep.resolve()).run()
    else:
        with tempfile.TemporaryDirectory() as folder:
            failed = Suite(given, Path(folder).resolve()).run()
    sys.exit(f"survive: {len(failed)} didn't hold: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
