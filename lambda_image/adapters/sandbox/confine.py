"""The last step before a command in the sandbox: limits, then Landlock and seccomp where they are asked for.

Its text is given to an interpreter of its own (`python -I -S -c`), so it imports the standard library only.
It holds no judgement: `levels` decides what is asked. What cannot be done ends it with 126, a missing program
with 127.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import struct
import sys
from pathlib import Path
from typing import Any

NOT_CONFINED, NOT_FOUND = 126, 127
NO_NEW_PRIVS, SET_SECCOMP, FILTER_MODE = 38, 22, 2
# Capabilities: `capset` in its third version, and the one to read files and search folders of anybody.
KEEP_CAPABILITIES, AMBIENT, AMBIENT_RAISE = 8, 47, 2
CAPABILITIES_3, READ_SEARCH = 0x20080522, 2
# Landlock's system calls have one number on all architectures; the rights are those of its ABI 1, and newer.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
READ, READ_WRITE = 0b1101, (1 << 13) - 1
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
ON_FILES = 0b111 | TRUNCATE | IOCTL_DEV
TCP, SCOPES = 0b11, 0b11
# Of classic BPF: load a word, jump if equal, jump if at least, return.
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
EPERM, EACCES, ENOSYS = 1, 13, 38
AF_UNIX = 1
X32 = 0x40000000
# Audit names and system call numbers by machine, from the kernel's headers.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
SOCKET = {"x86_64": 41, "aarch64": 198}
# kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_open, prlimit64: each aims at a process.
AIMED = {
    "x86_64": (62, 200, 234, 129, 297, 434, 302),
    "aarch64": (129, 130, 131, 138, 240, 434, 261),
}
# ptrace, process_vm_readv and writev, pidfd_getfd, process_madvise, unshare, setns, mount, umount2,
# pivot_root, chroot, bpf, perf_event_open, userfaultfd, keys, System V and message queues (they outlive a
# process), open_by_handle_at.
REFUSED = {
    "x86_64": (
        *(101, 310, 311, 438, 440, 272, 308, 165, 166, 155, 161),
        *(321, 298, 323, 248, 249, 250, 29, 68, 64, 240, 304),
    ),
    "aarch64": (
        *(117, 270, 271, 438, 440, 97, 268, 40, 39, 41, 51),
        *(280, 241, 282, 217, 218, 219, 194, 186, 190, 180, 265),
    ),
}
IO_URING = (425, 426, 427)


def landlock_version() -> int:
    """The ABI that this kernel offers; 0 for none."""
    libc = ctypes.CDLL(None, use_errno=True)
    return max(int(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)), 0)


def landlock(readable: list[str], writable: list[str]) -> None:
    """From here on only these paths can be read or written, no TCP, no signal to outside. Raises OSError."""
    libc, version = ctypes.CDLL(None, use_errno=True), landlock_version()
    if version < 1:
        raise OSError("this kernel has no Landlock")
    everything = READ_WRITE | (REFER if version > 1 else 0) | (TRUNCATE if version > 2 else 0)
    everything |= IOCTL_DEV if version > 4 else 0
    size = 8 if version < 4 else 16 if version < 6 else 24
    asked = struct.pack("=QQQ", everything, TCP, SCOPES)[:size]
    rules = _done(libc.syscall(CREATE_RULESET, asked, ctypes.c_size_t(size), 0))
    for paths, rights in ((readable, READ), (writable, everything)):
        for path in paths:
            if Path(path).exists():
                beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
                mine = rights if Path(path).is_dir() else rights & ON_FILES
                rule = struct.pack("=Qi", mine & everything, beneath)
                _done(libc.syscall(ADD_RULE, rules, 1, rule, 0))
                os.close(beneath)
    _done(libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0))
    _done(libc.syscall(RESTRICT_SELF, rules, 0))
    os.close(rules)


def seccomp(protected: list[int]) -> None:
    """From here on no sockets but Unix's, and nothing aimed at the `protected` processes. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    steps = program(platform.machine(), protected)
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    filtering = struct.pack("@HP", len(steps), ctypes.addressof(code))
    _done(libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0))
    _done(libc.prctl(SET_SECCOMP, FILTER_MODE, filtering, 0, 0))


def program(machine: str, protected: list[int]) -> list[tuple[int, int, int, int]]:
    """The filter as classic BPF. Raises OSError for a machine whose system calls are not known."""
    if machine not in ARCHITECTURES:
        raise OSError(f"the system calls of {machine} are not known here")
    refused = (RETURN, 0, 0, ERRNO | EPERM)
    steps = [
        (LOAD, 0, 0, 4),
        (EQUAL, 1, 0, ARCHITECTURES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),
        (AT_LEAST, 0, 1, X32),
        refused,
    ]
    for number in REFUSED[machine]:
        steps += [(EQUAL, 0, 1, number), refused]
    for number in IO_URING:
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO | ENOSYS)]
    family = [(LOAD, 0, 0, 16), (EQUAL, 1, 0, AF_UNIX), (RETURN, 0, 0, ERRNO | EACCES), (RETURN, 0, 0, ALLOW)]
    steps += [(EQUAL, 0, len(family), SOCKET[machine]), *family]
    aim = [(LOAD, 0, 0, 16)]
    for each in protected:
        aim += [(EQUAL, 0, 1, each & 0xFFFFFFFF), refused]
    aim.append((RETURN, 0, 0, ALLOW))
    for number in AIMED[machine]:
        steps += [(EQUAL, 0, len(aim), number), *aim]
    return [*steps, (RETURN, 0, 0, ALLOW)]


def become(user: int, *, searching: bool) -> None:
    """Another user without any rights; `searching`: but that to read where others may not. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if searching:
        _done(libc.prctl(KEEP_CAPABILITIES, 1, 0, 0, 0))
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    if searching:
        # Effective, permitted and inheritable; what of it outlives the next program has to be ambient too.
        mine = struct.pack("=6I", *(3 * [1 << READ_SEARCH]), 0, 0, 0)
        _done(libc.capset(struct.pack("=Ii", CAPABILITIES_3, 0), mine))
        _done(libc.prctl(AMBIENT, AMBIENT_RAISE, READ_SEARCH, 0, 0))


def main(asked: dict[str, Any], command: list[str]) -> None:
    """Become the command, or with `init` its parent, which ends with it and takes the namespace along."""
    for name, (soft, hard) in asked["limits"].items():
        _limit(getattr(resource, name), soft, hard)
    if user := asked.get("user"):
        become(user, searching=asked.get("searching", False))
    if folder := asked.get("folder"):
        os.chdir(folder)
    if paths := asked.get("landlock"):
        landlock(paths["readable"], paths["writable"])
    if "protected" in asked:
        keeper = os.getppid()
        seccomp([*asked["protected"], keeper, -keeper])
    if asked.get("init") and (child := os.fork()):
        _waited(child)
    try:
        os.execvp(command[0], command)  # noqa: S606 - this is what it is for
    except OSError as error:
        sys.stdout.write(f"{command[0]}: {error.strerror}\n")
        sys.stdout.flush()
        os._exit(NOT_FOUND)


def _waited(child: int) -> None:
    while True:
        found, status = os.wait()
        if found == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _limit(kind: int, soft: int, hard: int) -> None:
    """A limit that the system refuses stays as it was: it may be lower already."""
    most = resource.getrlimit(kind)[1]
    if most >= 0:
        soft, hard = min(soft, most), min(hard, most)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (ValueError, OSError):
        return


def _done(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]), sys.argv[2:])
    except OSError as failed:
        sys.stdout.write(f"the sandbox could not be closed: {failed}\n")
        sys.exit(NOT_CONFINED)
