"""Where are the trained models that come with the package, and how are their arrays written?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

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
