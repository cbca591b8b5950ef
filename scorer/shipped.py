"""Where are the trained models that come with the package?"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


class ModelMismatch(ValueError):
    """A model that this version of the package cannot use; the message says what to do."""


def model_folder(name: str) -> Path:
    """The folder of a shipped model: inside the installed package, or `models/` of the repository it runs from."""
    for folder in (_PACKAGE / "models" / name, _PACKAGE.parent / "models" / name):
        if folder.is_dir():
            return folder
    raise ModelMismatch(f"the model {name!r} is not installed: reinstall the package, or give the folder of a model")
