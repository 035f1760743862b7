"""Compiled kernels kept between runs, so that no query waits for a compiler.

numba's own cache raises out of a call when a cached file is damaged or the disk is full, lets two
processes overwrite each other's machine code, and does not see that a kernel called from another
module has changed. This one seals each kernel in one file, takes it only where every byte and all
our sources are the same, and otherwise compiles: a cache saves time and breaks nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import platform
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import llvmlite
import numba
import numpy as np
import platformdirs
from numba.core import serialize
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult

FOLDER_VARIABLE = "LCA_KERNELS"
"""Environment variable that names the folder for compiled kernels."""

SEAL_BYTES = 32

P = ParamSpec("P")
R = TypeVar("R")


logger = logging.getLogger(__name__)

kept_files: set[Path] = set()
"""The files of all kernels that this process has loaded or saved."""


def kernel_folder() -> Path | None:
    """Return the folder for compiled kernels, which need not exist; None without any home.

    ``LCA_KERNELS`` names it; without that it is the user's cache folder.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named).absolute()
    folder = platformdirs.user_cache_path("lca-access-map", appauthor=False) / "kernels"
    # For a user id that has no home, "~" stays as it is; a folder of that name is not wanted.
    return folder if folder.is_absolute() else None


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Make a kernel of a function: compiled by numba, without the GIL, kept between runs.

    What a kernel calls or reads, constants too, must be in :mod:`routing.engine.kernels` or in its
    own file: these alone tell whether what is kept is still right. Nothing runs in parallel inside
    a kernel, so neither OpenMP nor TBB is needed.
    """
    # No boundscheck and no fastmath: callers check ranges, and costs are whole numbers.
    dispatcher: Any = numba.njit(nogil=True)(function)
    dispatcher._cache = SealedKernels(function)  # noqa: SLF001 - where numba puts its own cache
    return cast("Callable[P, R]", dispatcher)


class SealedKernels(_Cache):
    """The compiled versions of one function, each in a file of its own, sealed.

    Parameters
    ----------
    function : callable
        What is compiled.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._name = f"{function.__module__}.{function.__qualname__}"
        self._source = Path(function.__code__.co_filename)
        # Now, not when it is first called: what an upgrade wrote since is not what this process runs.
        self._stamp = current_stamp(self._source)

    @property
    def cache_path(self) -> str:
        """Folder of the files, as numba shows it in statistics."""
        return str(kernel_folder() or "")

    def load_overload(self, sig: object, target_context: Any) -> CompileResult | None:
        """Return what was compiled for a signature; None if it is not there, whole and current."""
        # numba registers its built-in functions lazily; machine code may refer to them.
        target_context.refresh()
        place = self._place(sig, target_context.codegen())
        if place is None:
            return None
        path, stamp = place
        try:
            content = path.read_bytes()
        except OSError:
            # Not there yet, or not for this user to read: it is compiled.
            return None
        seal, body = content[:SEAL_BYTES], content[SEAL_BYTES:]
        if seal != hashlib.sha256(stamp + body).digest():
            return None
        kept_files.add(path)
        parts = pickle.loads(body)  # noqa: S301 - sealed, and the user's own folder
        rebuild: Callable[..., CompileResult] = cast("Any", CompileResult)._rebuild  # noqa: SLF001
        return rebuild(target_context, *parts)

    def save_overload(self, sig: object, cres: Any) -> None:
        """Keep what was compiled, if the folder takes it; otherwise say so once."""
        if cres.lifted or cres.library.has_dynamic_globals:
            # Such code is bound to this process; test_kernel_cache.py sees that we have none.
            return
        place = self._place(sig, cres.library.codegen)
        if place is None:
            _say_not_kept("this user has no home folder")
            return
        path, stamp = place
        body: bytes = cast("Any", serialize).dumps(cres._reduce())  # noqa: SLF001
        try:
            replace_file(path, hashlib.sha256(stamp + body).digest() + body)
        except OSError as error:
            _say_not_kept(f"{path.parent}: {error.strerror or error}")
        else:
            kept_files.add(path)

    def enable(self) -> None:
        """Do nothing: the cache is always on."""

    def disable(self) -> None:
        """Do nothing: the cache is always on."""

    def flush(self) -> None:
        """Do nothing: a file that is not current is replaced when its kernel is compiled."""

    def _place(self, sig: object, codegen: Any) -> tuple[Path, bytes] | None:
        """Return the file of a signature on this kind of machine, and what it must be current to.

        The name leaves out what changes with an edit, so that a new version replaces the old one.
        """
        folder = kernel_folder()
        if folder is None:
            return None
        kind = repr((str(self._source), str(sig), codegen.magic_tuple(), sys.version_info[:2]))
        name = f"{self._name}-{hashlib.sha256(kind.encode()).hexdigest()[:16]}.kernel"
        return folder / name, self._stamp


@cache
def current_stamp(source: Path) -> bytes:
    """Return a digest of all that the machine code of a source file depends on.

    That is the file itself, all kernels, which it may call and have compiled into it, and the
    versions and settings of the compilers and the interpreter.
    """
    settings: Any = numba.config
    digest = hashlib.sha256(
        repr(
            (
                numba.__version__,
                llvmlite.__version__,
                np.__version__,
                platform.python_implementation(),
                sys.version_info[:3],
                settings.BOUNDSCHECK,
                settings.OPT,
            )
        ).encode()
    )
    kernels = (Path(__file__).parent / "kernels").glob("*.py")
    for path in (source, Path(__file__), *sorted(kernels)):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    OSError
        If the folder cannot be made or written, or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A folder of its own, because a temporary file would not be readable by others: kernels are
    # also kept in images, by another user than the one who runs them.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as fresh:
        whole = Path(fresh) / path.name
        whole.write_bytes(content)
        whole.replace(path)


@cache
def _say_not_kept(reason: str) -> None:
    """Say once for each reason."""
    logger.warning(
        "Compiled kernels cannot be kept (%s), so each start compiles them anew. "
        "Set %s to a folder that can be written.",
        reason,
        FOLDER_VARIABLE,
    )
