"""Shut this process off from the network, other processes and all files but those it needs.

Called in the reader's child, before a parser is imported. Linux lets any process give up rights
for good: Landlock takes the file system away, but for some folders, and seccomp the system calls
that open a socket, start a process or reach into another one. Both work where bubblewrap is not
installed or may not make namespaces, as in most containers.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass

_NO_NEW_PRIVILEGES = 38  # prctl(2)
_SECCOMP = 22
_FILTER_MODE = 2

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # landlock(7), the same on every machine
_VERSION_ONLY = 1
_PATH_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
# What each version of Landlock can deny: files; moves between folders; truncation; devices.
_DENIABLE = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_DENIABLE_NEWEST = (1 << 16) - 1
_ON_A_FILE = _EXECUTE | _READ_FILE | 1 << 1 | 1 << 14

# struct seccomp_data: the number of the call, then the machine.
_CALL_AT, _MACHINE_AT = 0, 4
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000


_CLONE3 = 435
# Calls that no reader needs, threads included (the limit on processes spares the superuser): their numbers on x86_64 and on aarch64.
_DENIED = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "clone": (56, 220),
    "fork": (57, None),
    "vfork": (58, None),
    "kill": (62, 129),
    "tkill": (200, 130),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "mount": (165, 40),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "setns": (308, 268),
    "unshare": (272, 97),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}


@dataclass(frozen=True, slots=True)
class _Machine:
    """One kind of processor: its mark in a filter, its column above."""

    mark: int
    column: int


_MACHINES = {"x86_64": _Machine(0xC000003E, 0), "aarch64": _Machine(0xC00000B7, 1)}


def confine(readable: Iterable[str], writable: str) -> tuple[str, ...]:
    """Give up every right that reading one file does not need, for good.

    Parameters
    ----------
    readable : iterable of str
        Folders and files that may be read and whose programs may be run; absent ones are skipped.
    writable : str
        The one folder in which files may be made.

    Returns
    -------
    tuple of str
        What this kernel grants of ``"files"`` and ``"calls"``.
    """
    if sys.platform != "linux":
        return ()
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return ()
    held = []
    if _without_files(library, readable, writable):
        held.append("files")
    machine = _MACHINES.get(platform.machine())
    if machine is not None and _without_calls(library, machine):
        held.append("calls")
    return tuple(held)


def _without_files(library: ctypes.CDLL, readable: Iterable[str], writable: str) -> bool:
    version = library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_ONLY)
    if version < 1:
        return False
    all_rights = _DENIABLE.get(version, _DENIABLE_NEWEST)
    attribute = struct.pack("=Q", all_rights)
    rules = library.syscall(_CREATE_RULESET, attribute, ctypes.c_size_t(len(attribute)), 0)
    if rules < 0:
        return False
    try:
        for path in readable:
            _allow(library, rules, path, _READ & all_rights)
        _allow(library, rules, writable, all_rights & ~_EXECUTE)
        return bool(library.syscall(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow(library: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - nothing but os and ctypes is imported here
            rights &= _ON_A_FILE
        rule = struct.pack("=Qi", rights, place)
        if library.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), f"Landlock does not allow {path}")
    finally:
        os.close(place)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _without_calls(library: ctypes.CDLL, machine: _Machine) -> bool:
    instructions = b"".join(_instructions(machine))
    program = _Program(len(instructions) // 8, instructions)
    return bool(library.prctl(_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) == 0)


def _instructions(machine: _Machine) -> list[bytes]:
    """Return the filter as BPF: each step compares and goes on, or returns a verdict."""
    refused = _step(_RETURN, _ERROR | errno.EPERM)
    steps = [
        _step(_LOAD, _MACHINE_AT),
        _step(_EQUAL, machine.mark, if_true=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _CALL_AT),
        _step(_AT_LEAST, 0x40000000, if_false=1),  # the x32 calls, under other numbers
        refused,
        # ENOSYS makes glibc fall back on clone, which is refused with a reason.
        _step(_EQUAL, _CLONE3, if_false=1),
        _step(_RETURN, _ERROR | errno.ENOSYS),
    ]
    numbers = (call[machine.column] for call in _DENIED.values())
    for number in (number for number in numbers if number is not None):
        steps += [_step(_EQUAL, number, if_false=1), refused]
    return [*steps, _step(_RETURN, _ALLOW)]


def _step(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
