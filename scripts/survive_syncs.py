"""What a campaign asks the system to make durable, as strace saw it: a record counts once it is synced. Looked at are
the calls of one campaign, from its fresh folder to its result."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from survive_campaign import DONE, Campaign, Failure, LeftOut, quiet_sanitizers, read_journal, run

CALLS = "openat,write,fsync,fdatasync,rename,renameat,renameat2,flock,mkdir,mkdirat"
LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(.*)$")
PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
DESCRIPTOR = re.compile(r"^\(\d+<([^>]*)>")


@dataclass(frozen=True)
class Call:
    name: str
    path: str  # what it acts on
    to: str = ""  # rename
    flags: str = ""  # the whole text of its arguments
    result: int = 0


def whole_lines(trace: str) -> list[tuple[str, str]]:
    """(name, arguments and result), at the place where the call came back; strace splits one that others overtake."""
    begun: dict[str, str] = {}
    lines = []
    for line in trace.splitlines():
        found = LINE.match(line)
        if not found:
            continue
        process, name, rest = found.groups()
        if rest.endswith("<unfinished ...>"):
            begun[process] = rest.removesuffix("<unfinished ...>")
            continue
        if rest.startswith(" resumed>"):
            rest = begun.pop(process, "") + rest.removeprefix(" resumed>")
        lines.append((name, rest))
    return lines


def call(name: str, rest: str) -> Call | None:
    arguments, _, result = rest.rpartition(" = ")
    number = re.match(r"-?\d+", result.strip())
    if number is None:
        return None
    held, named = DESCRIPTOR.match(arguments), PATH.findall(arguments)
    if held and name not in ("openat", "renameat", "renameat2", "mkdirat"):
        return Call(name, held.group(1), flags=arguments, result=int(number.group()))
    return Call(name, *named[:2] if name.startswith("rename") else named[:1] or [""], flags=arguments,
                result=int(number.group()))


def calls_of(trace: str) -> list[Call]:
    return [one for one in (call(name, rest) for name, rest in whole_lines(trace)) if one and one.result >= 0]


def places(calls: list[Call], name: str, path: Path | str) -> list[int]:
    return [place for place, one in enumerate(calls) if one.name == name and one.path == str(path)]


def syncs(calls: list[Call], path: Path | str) -> list[int]:
    return sorted(places(calls, "fsync", path) + places(calls, "fdatasync", path))


def lock_complaints(calls: list[Call], journal: Path) -> list[str]:
    writes, locks = places(calls, "write", journal), places(calls, "flock", f"{journal}.lock")
    return [] if writes and locks and locks[0] < writes[0] else ["the journal was written before the folder was locked"]


def folder_complaints(calls: list[Call], journal: Path) -> list[str]:
    """A new folder's name is synced before the journal is written."""
    begun = min(places(calls, "write", journal), default=len(calls))
    made = [(place, Path(one.path)) for place, one in enumerate(calls) if one.name == "mkdir"]
    return [f"{folder} was made, but the folder above it wasn't synced before the journal was written"
            for made_at, folder in made if folder in journal.parents
            and not any(made_at < place < begun for place in syncs(calls, folder.parent))]


def journal_complaints(calls: list[Call], journal: Path) -> list[str]:
    """Each write is synced before the next, and the file's name before the first."""
    writes, synced = places(calls, "write", journal), syncs(calls, journal)
    found = []
    for number, (begin, end) in enumerate(zip(writes, [*writes[1:], len(calls)])):
        if not any(begin < place < end for place in synced):
            found.append(f"write {number} to the journal wasn't synced before the next")
    made = [place for place in places(calls, "openat", journal) if "O_CREAT" in calls[place].flags]
    if not made or not writes or not any(made[0] < place < writes[0] for place in syncs(calls, journal.parent)):
        found.append("the journal was written before its folder was synced")
    return found


def final_complaints(calls: list[Call], journal: Path, name: str) -> list[str]:
    """A temporary after the journal's last sync; written, synced, renamed; then the folder synced."""
    final = str(journal.parent / name)
    renamed = [place for place, one in enumerate(calls) if one.name.startswith("rename") and one.to == final]
    opened = [place for place in places(calls, "openat", final) if re.search("O_WRONLY|O_RDWR", calls[place].flags)]
    if len(renamed) != 1 or opened:
        return [f"{name} was renamed into its place {len(renamed)} times and opened for writing {len(opened)} times"]
    temporary = calls[renamed[0]].path
    made, written, synced = (places(calls, kind, temporary) for kind in ("openat", "write", "fsync"))
    found = []
    if not made or made[0] < max(syncs(calls, journal), default=len(calls)):
        found.append(f"{name} was begun before the journal was whole")
    if not written or not synced or not written[-1] < synced[-1] < renamed[0]:
        found.append(f"{name} wasn't synced between its last write and its renaming")
    later = [place for place, one in enumerate(calls) if one.name.startswith("rename") and place > renamed[0]]
    if not any(renamed[0] < place < min(later, default=len(calls)) for place in syncs(calls, journal.parent)):
        found.append(f"the folder wasn't synced after {name} was renamed, or only after another file was")
    return found


def complaints(calls: list[Call], output: Path) -> list[str]:
    journal = output / "journal.jsonl"
    found = lock_complaints(calls, journal) + folder_complaints(calls, journal) + journal_complaints(calls, journal)
    for name in ("faults.csv", "result.json"):
        found += final_complaints(calls, journal, name)
    renamed = [one.to for one in calls if one.name.startswith("rename") and Path(one.to).parent == output]
    if renamed[-1:] != [str(output / "result.json")]:
        found.append("result.json isn't the last file")
    return found


def check(campaign: Campaign, folder: Path) -> str:
    """What was seen, in one line; raises Failure, or LeftOut without strace."""
    if shutil.which("strace") is None:
        raise LeftOut("strace isn't installed")
    output, trace = folder / "new" / "traced", folder / "trace"
    tracer = ["strace", "-f", "-y", "-s", "0", "-e", f"trace={CALLS}", "-o", str(trace)]
    run([*tracer, *campaign.command(output)], env=quiet_sanitizers()).expect({DONE})
    calls = calls_of(trace.read_text(encoding="utf-8", errors="replace"))
    found = complaints(calls, output)
    if found:
        raise Failure("; ".join(found))
    lines, writes = len(read_journal(output).lines), len(places(calls, "write", output / "journal.jsonl"))
    return f"{lines} lines of the journal in {writes} writes, each synced before the next; then both final files"
