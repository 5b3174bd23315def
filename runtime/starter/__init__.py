"""`panelwright new`: a small panel to start from, copied from the files beside this one."""

from __future__ import annotations

import shutil
from pathlib import Path

from runtime.settings import StartProblem

FILES = Path(__file__).parent / "files"


def make_starter(folder: Path) -> list[Path]:
    """Copy the starter into `folder`, which must be absent or empty; return the files made."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StartProblem(f"{folder} exists and is not empty; name a new folder")
    try:
        shutil.copytree(FILES, folder, dirs_exist_ok=True)
    except OSError as error:
        raise StartProblem(f"cannot write {folder}: {error.strerror}") from error
    return sorted(path for path in folder.rglob("*") if path.is_file())
