"""Whole files: what is written is there whole or the file is as it was before, and no draft stays behind."""

from __future__ import annotations

import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_DRAFT = ".sehatmenu-"
_LEFT_BEHIND = 60.0
"""Seconds without a change after which a draft is taken for one of a program that was killed."""


class UnwrittenError(OSError):
    """A file that could not be written; what stood there before is untouched. `filename` and `strerror` say which and why."""


def write_text(path: str | Path, text: str) -> None:
    """Write a text (UTF-8) whole or not at all.

    Raises UnwrittenError, an OSError, when the file cannot be written: no such folder, no right to, no room on the disk.
    """
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a file whole or not at all: first a draft in the same folder, on the disk, then its name.

    A new file has the rights that the umask leaves, an earlier one keeps its own. Where a link stands, the file that it
    names is written; a device or a pipe is written to as it is. Raises UnwrittenError as `write_text` does.
    """
    with telling(path):
        target = Path(os.path.realpath(path))
        earlier = target.stat().st_mode if target.exists() else None
        if earlier is not None and not stat.S_ISREG(earlier):
            target.write_bytes(data)
            return
        if earlier is not None:
            os.close(os.open(target, os.O_WRONLY))  # its rights are asked for, although it is replaced
        _replace(target, data, earlier)


@contextmanager
def telling(path: str | Path) -> Iterator[None]:
    """Whatever the system refuses inside is told as an UnwrittenError of this file."""
    try:
        yield
    except OSError as error:
        raise UnwrittenError(error.errno, error.strerror or str(error), str(path)) from error


def _replace(target: Path, data: bytes, earlier: int | None) -> None:
    _sweep(target.parent)
    draft = target.parent / f"{_DRAFT}{secrets.token_hex(8)}"
    try:
        try:
            _draft_without_name(draft, data, earlier)
        except (OSError, AttributeError):  # a system or a disk that knows no files without a name
            _draft_with_name(draft, data, earlier)
        os.replace(draft, target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    with suppress(OSError, AttributeError):  # the new name on the disk as well, where a folder can be opened
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _sweep(folder: Path) -> None:
    """Remove the draft of a program that was killed in the instant between naming it and renaming it."""
    for draft in folder.glob(f"{_DRAFT}*"):
        with suppress(OSError):
            if time.time() - draft.stat().st_mtime > _LEFT_BEHIND:
                draft.unlink()


def _draft_without_name(draft: Path, data: bytes, earlier: int | None) -> None:
    """A draft that gets its name once it is whole: a program killed while it writes leaves nothing behind."""
    folder = os.open(draft.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        handle = os.open(draft.parent, os.O_TMPFILE | os.O_WRONLY, 0o666)
        try:
            _fill(handle, data, earlier)
            os.link(f"/proc/self/fd/{handle}", draft.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(handle)
    finally:
        os.close(folder)


def _draft_with_name(draft: Path, data: bytes, earlier: int | None) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    handle = os.open(draft, flags, 0o666)
    try:
        _fill(handle, data, earlier)
    finally:
        os.close(handle)


def _fill(handle: int, data: bytes, earlier: int | None) -> None:
    if earlier is not None and hasattr(os, "fchmod"):
        os.fchmod(handle, stat.S_IMODE(earlier))
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)
