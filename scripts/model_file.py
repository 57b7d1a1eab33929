"""Writing TorchScript files that say nothing about the machine that wrote them.

`torch.jit.save` stores beside the code where each line of it came from: paths of the Python installation and of the
exporting script, often larger than a small model. They serve error messages only, so they are left out here, which also
makes the bytes of a file depend on nothing but the model and PyTorch's version.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import torch

# The writer adds these by itself; copying them would give the archive two of each.
ADDED_BY_WRITER = ("version", "byteorder", ".data/serialization_id")


def save(module: torch.jit.ScriptModule, path: Path) -> None:
    """Write `module` to `path` as `torch.jit.save` does, without the records of source origins; makes the folder."""
    memory = io.BytesIO()
    torch.jit.save(module, memory)
    memory.seek(0)
    reader = torch._C.PyTorchFileReader(memory)
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = torch._C.PyTorchFileWriter(str(path))
    writer.set_min_version(int(reader.get_record("version")))
    for record in reader.get_all_records():
        if record not in ADDED_BY_WRITER and not record.endswith(".debug_pkl"):
            content = reader.get_record(record)
            writer.write_record(record, content, len(content))
    writer.write_end_of_file()


def fix_hashing() -> None:
    """Start the running script again with a fixed hash seed: scripted code lists constants in the order of a Python set."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})


def parameter_count(module: torch.nn.Module | torch.jit.ScriptModule) -> int:
    """How many numbers the parameters hold together; a shared parameter counts once."""
    return sum(parameter.numel() for parameter in module.parameters())
