"""Where are the trained models that come with the package, and how are their arrays written?"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

MAX_UNPACKED = 200_000_000
"""Bytes that the arrays of one model may have together."""
_PACKAGE = Path(__file__).parent


class ModelMismatch(ValueError):
    """A model that this version of the package cannot use; the message says what to do."""


def model_folder(name: str) -> Path:
    """The folder of a shipped model: inside the installed package, or `models/` of the repository it runs from."""
    for folder in (_PACKAGE / "models" / name, _PACKAGE.parent / "models" / name):
        if folder.is_dir():
            return folder
    raise ModelMismatch(f"the model {name!r} is not installed: reinstall the package, or give the folder of a model")


def savez(file: Path, arrays: Mapping[str, Any]) -> None:
    """`np.savez_compressed` with fixed time stamps and order: the same arrays give the same bytes. Makes the folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), member.getvalue(), zipfile.ZIP_DEFLATED)


def load_arrays(data: bytes, name: str) -> dict[str, Any]:
    """The arrays of an npz file, after a look at what they claim to be: numbers or text, no larger than the file has bytes for.

    Nothing is executed, whatever the file holds. `name` is what the file is called in the sentence of `ModelMismatch`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise ModelMismatch(f"{name}: the arrays are larger than those of any model; give a folder that 'scorer train' wrote")
            return {Path(member.filename).stem: _array(archive, member) for member in archive.infolist()}
    except ModelMismatch:
        raise
    # What `zipfile` and numpy's header parser are known to raise on damage.
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, KeyError, TypeError, SyntaxError, NotImplementedError, RuntimeError, OverflowError, MemoryError, RecursionError, TokenError) as fault:
        raise ModelMismatch(f"{name}: the arrays cannot be read ({fault or type(fault).__name__}); restore the file, or train again with 'scorer train'") from fault


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:
    with archive.open(member) as file:
        content = io.BytesIO(file.read(member.file_size + 1))
    version = np.lib.format.read_magic(content)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(content)
    if dtype.kind not in "fiubUS" or math.prod(shape) * dtype.itemsize != len(content.getbuffer()) - content.tell() or min(shape, default=0) < 0:
        raise ValueError(f"{member.filename} is not the array that it says it is")
    content.seek(0)
    return np.lib.format.read_array(content, allow_pickle=False)
