"""Kills in mid-campaign. The moment is chosen by watching the journal grow, at random: when it has so many records, and
a little later (or at once: while the record is being written and synced). What counts is looked up afterwards: the
process was ended by the signal, and its journal had a record but not all of them. Then the same command goes on, often
to be killed again, until the campaign is done and its result is compared with that of an uninterrupted one.

A kill alone seldom tears a line, since the system finishes a short write. What a power failure leaves is made by hand:
after some kills the journal is cut within its last record."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from survive_campaign import (DONE, RESUMABLE, Campaign, Ended, Failure, Journal, Reference, ended, journal_path,
                              read_journal, require_sound, run, start)

AT_ONCE, AGAIN, CUT = 0.4, 0.6, 0.25  # shares: killed without a pause; killed again; cut by hand
POLL_SECONDS = 0.0005


@dataclass
class Tally:
    counted: int = 0  # kills in mid-campaign
    uncounted: int = 0  # before the first record, after the last, or after the end
    resumed: int = 0  # campaigns that were killed and came to the same result
    torn: int = 0  # journals whose last line a kill left unfinished
    cut: int = 0  # those that were cut by hand
    most: int = 0  # counted kills of one campaign

    def add(self, other: Tally) -> None:
        for name in ("counted", "uncounted", "resumed", "torn", "cut"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.most = max(self.most, other.most)

    def text(self) -> str:
        return (f"{self.counted} counted ({self.uncounted} at other moments), {self.resumed} campaigns resumed to the "
                f"reference's result, up to {self.most} kills of one; {self.torn} kills left a torn line, "
                f"{self.cut} journals were cut within their last record by hand")


def wait_for_records(process: subprocess.Popen, output: Path, count: int) -> None:
    while process.poll() is None and read_journal(output).records < count:
        time.sleep(POLL_SECONDS)


def cut_last_record(output: Path, journal: Journal, choice: random.Random) -> None:
    size = journal_path(output).stat().st_size
    os.truncate(journal_path(output), size - choice.randint(1, len(journal.lines[-1])))


@dataclass
class Killer:
    campaign: Campaign
    reference: Reference
    folder: Path
    choice: random.Random
    signal: signal.Signals

    def interrupted(self, output: Path) -> Ended:
        """The process as it ended: killed, or done before it could be."""
        target = self.choice.randint(read_journal(output).records + 1, self.campaign.records - 1)
        process = start(self.campaign.command(output))
        try:
            wait_for_records(process, output, target)
            if self.choice.random() >= AT_ONCE:
                time.sleep(self.choice.uniform(0, self.reference.record_seconds))
            process.send_signal(self.signal)
            return ended(process)
        finally:
            process.kill()

    def counts(self, end: Ended, output: Path, before: Journal) -> bool:
        journal = read_journal(output)
        require_sound(journal)
        if journal.lines[:len(before.lines)] != before.lines:
            raise Failure(f"{output}: a record that was safe is gone")
        if (output / "result.json").exists() and end.code in (DONE, -self.signal):
            return False
        if self.signal == signal.SIGTERM:
            end.expect({RESUMABLE}, journal_path(output), "the same command goes on")
        elif end.code != -self.signal:
            raise Failure(f"{output}: ended by itself: exit code {end.code}: {end.err}")
        return 1 <= journal.records < self.campaign.records

    def campaign_killed(self, output: Path, most: int) -> Tally:
        """One campaign, killed up to so often."""
        tally = Tally()
        while tally.counted < most and read_journal(output).records < self.campaign.records - 1:
            before = read_journal(output)
            end = self.interrupted(output)
            if not self.counts(end, output, before):
                tally.uncounted += 1
                break
            tally.counted += 1
            self.look_at_what_is_left(output, tally)
            if self.choice.random() >= AGAIN:
                break
        run(self.campaign.command(output)).expect({DONE})
        self.reference.require_equal(output)
        tally.resumed += tally.counted > 0
        tally.most = tally.counted
        return tally

    def look_at_what_is_left(self, output: Path, tally: Tally) -> None:
        journal = read_journal(output)
        tally.torn += bool(journal.torn)
        if self.signal == signal.SIGTERM:
            if journal.torn:
                raise Failure(f"{output}: SIGTERM left a torn line")
        elif not journal.torn and self.choice.random() < CUT:
            cut_last_record(output, journal, self.choice)
            tally.cut += 1

    def survive(self, kills: int) -> Tally:
        total = Tally()
        number = 0
        while total.counted < kills:
            number += 1
            if number > 3 * kills + 20:
                raise Failure(f"only {total.counted} of {kills} kills came in mid-campaign")
            output = self.folder / f"{self.campaign.test}-{self.signal.name}-{number}"
            total.add(self.campaign_killed(output, kills - total.counted))
        return total
