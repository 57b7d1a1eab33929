"""Writing TorchScript files that say nothing about the machine that wrote them.

`torch.jit.save` stores beside the code where each line of it came from: paths of the Python installation and of the
exporting script, often larger than a small model. They serve error messages only, so they are left out here, which also
makes the bytes of a file depend on nothing but the model and PyTorch's version.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import torch

# The writer adds these by itself; copying them would give the archive two of each.
VERSIONS = ("version", ".data/version")  # the second from version 6 on, which some operations ask for
ADDED_BY_WRITER = (*VERSIONS, "byteorder", ".data/serialization_id")


def save(module: torch.jit.ScriptModule, path: Path, extra_files: dict[str, str] | None = None) -> None:
    """Write `module` to `path` as `torch.jit.save` does, without the records of source origins.

    Makes the folder; a file of that name is replaced whole, or left alone when writing fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as folder:
        complete, stripped = Path(folder) / "complete", Path(folder) / path.name
        torch.jit.save(module, str(complete), _extra_files=extra_files or {})
        copy_without_origins(complete, stripped)
        stripped.replace(path)


def copy_without_origins(source: Path, target: Path) -> None:
    """Copy a TorchScript archive record by record, tensors aligned as PyTorch aligns them."""
    reader = torch._C.PyTorchFileReader(str(source))
    writer = torch._C.PyTorchFileWriter(str(target))
    records = reader.get_all_records()
    writer.set_min_version(max(int(reader.get_record(record)) for record in records if record in VERSIONS))
    for record in records:
        if record not in ADDED_BY_WRITER and not record.endswith(".debug_pkl"):
            content = reader.get_record(record)
            writer.write_record(record, content, len(content))
    writer.write_end_of_file()


def fix_hashing() -> None:
    """Start the script again with a fixed hash seed: scripted code lists constants in the order of a Python set."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})


def parameter_count(module: torch.nn.Module | torch.jit.ScriptModule) -> int:
    """How many numbers the parameters hold together; a shared parameter counts once."""
    return sum(parameter.numel() for parameter in module.parameters())
