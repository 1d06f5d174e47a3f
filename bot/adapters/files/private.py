"""How are the bot's files kept from the other users of its machine?

Files have mode 0600 and folders 0700 from the moment they exist. Only the bot's own folders are tightened: a database
may lie in one that its operator shares.
"""

import contextlib
import os
import stat
from pathlib import Path
from typing import Final

_FILE: Final = 0o600
_FOLDER: Final = 0o700
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""Endings that SQLite gives the files of one database; it creates the others with the mode of the first."""


def folder(path: Path) -> Path:
    """Make one of the bot's own folders, or tighten it; return it. OSError where it cannot be made."""
    path.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    _tighten(path, _FOLDER)
    return path


def file(path: Path) -> None:
    """Make an empty file, or tighten the one that is there; OSError where it cannot be made."""
    os.close(os.open(path, os.O_RDONLY | os.O_CREAT, _FILE))
    _tighten(path, _FILE)


def database(path: Path) -> None:
    """Make or tighten the files of an SQLite database, and its folder where there is none.

    Where that fails nothing is raised for a file: SQLite will say better why.
    """
    path.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        file(path)
    for ending in _BESIDE[1:]:
        _tighten(path.with_name(path.name + ending), _FILE)


def replaced(path: Path, text: str) -> None:
    """Write a file whole or not at all; OSError where it cannot be written."""
    part = path.with_name(path.name + ".part")
    folder(path.parent)
    file(part)
    part.write_text(text, encoding="utf-8")
    part.replace(path)


class PrivateFile:
    """A small file of the bot's own, read and written whole."""

    def __init__(self, path: Path) -> None:
        """Take its path; neither it nor its folder need be there yet."""
        self._path = path

    def read(self) -> str:
        """Return its text; OSError where it cannot be read, ValueError where it is no text."""
        return self._path.read_text(encoding="utf-8")

    def write(self, text: str) -> None:
        """Replace its text; OSError where it cannot be written."""
        replaced(self._path, text)


def _tighten(path: Path, mode: int) -> None:
    """Remove the rights of other users; a file that belongs to somebody else is left as it is."""
    with contextlib.suppress(OSError):
        present = stat.S_IMODE(path.stat().st_mode)
        if present & ~mode:
            path.chmod(present & mode)
