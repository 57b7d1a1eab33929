"""survive.py must see what it looks for; the built program ($FAULTLINE, else build/faultline) survives some of it."""

import os
import pathlib
import random
import signal
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import survive_failures  # noqa: E402
import survive_kills  # noqa: E402
import survive_syncs  # noqa: E402
from survive_campaign import (TESTS, Campaign, Ended, Failure, Journal, LeftOut, Reference, entry,  # noqa: E402
                              read_journal, refer, require_sound)

PROGRAM = pathlib.Path(os.environ.get("FAULTLINE", ROOT / "build/faultline"))
OUTPUT = pathlib.Path("/w/out")
GOOD = """\
7 mkdir("/w/out", 0777) = 0
7 openat(AT_FDCWD</>, "/w", O_RDONLY|O_CLOEXEC|O_DIRECTORY) = 3</w>
7 fsync(3</w>) = 0
7 openat(AT_FDCWD</>, "/w/out/journal.jsonl.lock", O_RDWR|O_CREAT|O_CLOEXEC, 0666) = 3</w/out/journal.jsonl.lock>
7 flock(3</w/out/journal.jsonl.lock>, LOCK_EX|LOCK_NB) = 0
7 openat(AT_FDCWD</>, "/w/out/journal.jsonl", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 4</w/out/journal.jsonl>
7 fsync(5</w/out>) = 0
7 write(4</w/out/journal.jsonl>, ""..., 70) = 70
8 write(1</dev/null>, ""..., 5 <unfinished ...>
7 fsync(4</w/out/journal.jsonl> <unfinished ...>
8 <... write resumed>) = 5
7 <... fsync resumed>) = 0
7 write(4</w/out/journal.jsonl>, ""..., 80) = 80
7 fsync(4</w/out/journal.jsonl>) = 0
7 openat(AT_FDCWD</>, "/w/out/.faults.csv.7-1.tmp", O_WRONLY|O_CREAT|O_EXCL, 0666) = 5</w/out/.faults.csv.7-1.tmp>
7 write(5</w/out/.faults.csv.7-1.tmp>, ""..., 90) = 90
7 fsync(5</w/out/.faults.csv.7-1.tmp>) = 0
7 rename("/w/out/.faults.csv.7-1.tmp", "/w/out/faults.csv") = 0
7 fsync(5</w/out>) = 0
7 openat(AT_FDCWD</>, "/w/out/.result.json.7-2.tmp", O_WRONLY|O_CREAT|O_EXCL, 0666) = 5</w/out/.result.json.7-2.tmp>
7 write(5</w/out/.result.json.7-2.tmp>, ""..., 90) = 90
7 fsync(5</w/out/.result.json.7-2.tmp>) = 0
7 rename("/w/out/.result.json.7-2.tmp", "/w/out/result.json") = 0
7 fsync(5</w/out>) = 0
"""


def complaints(lines: list[str]) -> list[str]:
    return survive_syncs.complaints(survive_syncs.calls_of("\n".join(lines)), OUTPUT)


class Syncs(unittest.TestCase):
    def test_in_order_are_in_order(self):
        self.assertEqual(complaints(GOOD.splitlines()), [])

    def test_each_that_is_missing_or_fails_is_missed(self):
        lines = GOOD.splitlines()
        needed = [place for place, line in enumerate(lines) if "fsync" in line or "flock" in line or "rename" in line]
        self.assertEqual(len(needed), 12)
        for place in needed:
            if "unfinished" in lines[place]:
                continue
            with self.subTest(line=lines[place]):
                failed = lines[place].replace(" = 0", " = -1 EIO (Input/output error)")
                self.assertNotEqual(complaints(lines[:place] + [failed] + lines[place + 1:]), [])

    def test_too_early_or_too_late_are_found(self):
        lines = GOOD.splitlines()
        for first, second in ((4, 7), (5, 6), (6, 7), (12, 13), (13, 14), (15, 16), (16, 17), (17, 18), (22, 23)):
            swapped = list(lines)
            swapped[first], swapped[second] = lines[second], lines[first]
            with self.subTest(first=lines[first], second=lines[second]):
                self.assertNotEqual(complaints(swapped), [])


class Lines(unittest.TestCase):
    def test_that_were_changed_are_refused(self):
        changed = b'{"entry":{"line":0},"sha256":"' + b"0" * 64 + b'"}'
        with self.assertRaises(Failure):
            entry(changed)

    def test_of_a_program_that_says_too_little_or_too_much_are_refused(self):
        Ended(3, "[time] [warning] w\nfaultline: disk: full\n").expect({2, 3}, "disk")
        for code, err in ((3, ""), (3, "faultline: a\nfaultline: disk\n"), (3, "faultline: a\n"),
                          (4, "faultline: disk"), (-6, "terminate called\n"), (3, "terminate\nfaultline: disk\n")):
            with self.subTest(code=code, err=err), self.assertRaises(Failure):
                Ended(code, err).expect({2, 3}, "disk")


@unittest.skipUnless(PROGRAM.is_file(), f"no program at {PROGRAM}")
class Program(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name).resolve()
        cls.choice = random.Random()
        cls.campaigns = [Campaign(PROGRAM.resolve(), test, 5, cls.folder / "cache") for test in TESTS]
        cls.references = [refer(campaign, cls.folder / campaign.test) for campaign in cls.campaigns]

    def test_is_killed_in_mid_campaign_and_comes_to_the_same_result(self):
        folder = self.folder / "kills"
        folder.mkdir()
        for place, kind, kills in ((0, signal.SIGKILL, 3), (1, signal.SIGKILL, 3), (2, signal.SIGKILL, 3),
                                   (0, signal.SIGTERM, 1)):
            with self.subTest(test=self.campaigns[place].test, signal=kind.name):
                killer = survive_kills.Killer(self.campaigns[place], self.references[place], folder, self.choice, kind)
                self.assertEqual(killer.survive(kills).counted, kills)

    def test_syncs_before_a_record_counts(self):
        try:
            folder = self.folder / "syncs"
            folder.mkdir()
            self.assertIn("16 writes", survive_syncs.check(self.campaigns[0], folder))
        except LeftOut as reason:
            self.skipTest(str(reason))

    def test_another_result_isnt_taken_for_the_same(self):
        first, second = self.references[:2]
        mixed = Reference(first.result, second.faults, first.journal, 0)
        for wrong in (second, mixed, Reference(first.result + b" ", first.faults, first.journal, 0)):
            with self.assertRaises(Failure):
                wrong.require_equal(self.folder / "full")

    def test_a_journal_with_a_changed_byte_isnt_sound(self):
        lines = read_journal(self.folder / "full").lines
        require_sound(Journal(lines, b""))
        for wrong in ([lines[0], lines[2]], lines + lines[-1:], [lines[0], lines[1].replace(b"0", b"1", 1)]):
            with self.assertRaises(Failure):
                require_sound(Journal(wrong, b""))


def failure(case: survive_failures.Case):
    def test(self):
        folder = self.folder / case.name.replace(" ", "-")
        folder.mkdir()
        case.tried(survive_failures.World(self.campaigns[0], self.references[0], folder, self.choice))

    return f"test_when_{case.name}".replace(" ", "_"), test


for one in survive_failures.CASES:
    if one.tried not in (survive_failures.parallel_shards, survive_failures.images_vanish):  # which take longest
        setattr(Program, *failure(one))


if __name__ == "__main__":
    unittest.main()
