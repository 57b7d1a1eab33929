#!/usr/bin/env python3
"""Damages a model file ten thousand times (flipped bits, cut short, ranges overwritten) and asks what becomes of it.

Every copy goes through the check that comes before LibTorch, in one process (build/tests/fuzz/corrupt_many: what
passes must hold the entries of the model, by name, size and CRC). Each that passes is given to `faultline inspect` in a
process of its own, which must load it (0) or refuse it (3) in one line: not end by a signal, not hang.

Usage: scripts/corrupt_models.py [--count N] [--seed N] [--model FILE] [--build FOLDER] [--timeout SECONDS]
"""

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOADED, REFUSED = 0, 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", type=pathlib.Path, default=ROOT / "configs/demo/signs.pt")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for one copy to be inspected")
    return parser.parse_args()


def complaint(code, stderr):
    """What is wrong with how a process ended; None when it ended as documented."""
    if code < 0:
        return f"ended by signal {-code}"
    if code not in (LOADED, REFUSED):
        return f"exit code {code}: {stderr.strip()}"
    one_line = stderr.startswith("faultline: ") and stderr.count("\n") == 1 and stderr.endswith("\n")
    if code == REFUSED and not one_line:
        return f"refused, but not in one line: {stderr!r}"
    return None


def inspect(program, model, timeout):
    """(exit code, what is wrong or None)."""
    try:
        done = subprocess.run([program, "inspect", model], capture_output=True, text=True, errors="replace",
                              timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return None, f"still running after {timeout} seconds"
    return done.returncode, complaint(done.returncode, done.stderr)


def main():
    given = arguments()
    program = given.build / "faultline"
    with tempfile.TemporaryDirectory() as folder:
        damage = [given.build / "tests/fuzz/corrupt_many", given.model, str(given.count), str(given.seed), folder]
        subprocess.run(damage, check=True)
        codes = collections.Counter()
        failures = []
        for copy in sorted(pathlib.Path(folder).glob("*.pt"), key=lambda path: int(path.stem)):
            code, wrong = inspect(program, copy, given.timeout)
            codes[code] += 1
            if wrong:
                failures.append(f"copy {copy.stem}: {wrong}")
    print(f"of {codes.total()} that passed, {codes[LOADED]} were loaded and {codes[REFUSED]} refused; "
          f"{len(failures)} ended otherwise")
    print("\n".join(failures[:20]), end="\n" if failures else "")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
