"""What the kernel offers to cut a command off: tried once with one that does nothing, and told truthfully.

bubblewrap where it is installed; else Linux namespaces through unshare; else Landlock and seccomp; else
limits alone, which may be all there is inside AWS Lambda, where the function has no permissions and no route.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from lambda_image.adapters.sandbox import confine
from lambda_image.adapters.sandbox.limits import Limits
from lambda_image.adapters.sandbox.toolchains import toolchains
from lambda_image.adapters.sandbox.watching import processes_of_user

LEVELS = ("bwrap", "unshare", "confined", "limits")
# With these a command cannot reach the network, or the files of whoever runs it.
CLOSED = LEVELS[:-1]
# What other programs listen on, what people own, and where secrets are mounted.
PRIVATE = ("/root", "/home", "/run", "/tmp", "/var/tmp", "/mnt", "/media", "/srv")  # noqa: S108
SHARED_MEMORY = 64 * 1024**2
# A user that nobody is: limits on processes do not hold for root, and are counted by user.
FIRST_USER = 61_000
SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc",
    "/opt",
    "/var/lang",
    "/var/task",
    "/nix",
    "/node_modules",
)
# All of /proc, as a rule for /proc/self would hold for one process and not for those that it starts. What
# others keep there to themselves, their environment above all, Landlock hides as it does from a debugger.
KERNEL = ("/proc", "/sys/devices/system/cpu", "/sys/kernel/mm/transparent_hugepage")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# Of prctl: whether others may look into a process, its environment too.
DUMPABLE = 4
NAMESPACES = ("--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc")


def keeper() -> list[str]:
    """The interpreter that runs the command that follows, and ends all that it leaves."""
    return [sys.executable, "-I", "-S", "-c", _text("keeper.py")]


def prefix(level: str, root: Path) -> list[str]:
    """The words before the launcher that cut it off; none where that is done by the launcher itself."""
    if level == "bwrap":
        return _bubblewrap(root)
    if level == "unshare":
        unprivileged = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        switch = f"--reuid={_user()} --regid={_user()} --clear-groups" if _user() else ""
        words = [str(root), switch, *toolchains().folders, "--", *_hidden(), "--"]
        return ["unshare", *unprivileged, *NAMESPACES, "sh", "-c", _text("enter.sh"), "enter", *words]
    return []


def launcher(level: str, root: Path, limits: Limits) -> list[str]:
    """The interpreter that limits itself and becomes the command that follows."""
    alone = level in {"bwrap", "unshare"}
    others = 0 if os.geteuid() == 0 else processes_of_user()
    asked: dict[str, Any] = {"limits": limits.resources(others), "init": level == "unshare"}
    asked["folder"] = str(root / "tree")
    if level != "unshare":
        asked["user"] = _user()
    if not alone:
        asked["searching"] = _in_a_closed_folder()
    if level == "confined":
        asked["landlock"] = {
            "readable": [*SYSTEM, *KERNEL, *toolchains().folders],
            "writable": [str(root), *DEVICES],
        }
    if not alone and _filters():
        asked["protected"] = protected()
    return [sys.executable, "-I", "-S", "-c", _text("confine.py"), json.dumps(asked)]


def protected() -> list[int]:
    """What a command may not aim at, as `kill` takes it: all there is, the system's first, and us."""
    own, group = os.getpid(), os.getpgid(0)
    return [-1, 1, own, os.getppid(), -own, -group]


def hide_environment() -> None:
    """Let no other process of our user read our variables, whichever level it runs at."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DUMPABLE, 0, 0, 0, 0)


@cache
def level() -> str:
    """The best of the levels that work here."""
    return next(each for each in LEVELS if works(each))


@cache
def works(name: str) -> bool:
    """Whether a command that does nothing can be run at this level."""
    if name == "limits":
        return True
    if name == "confined" and not (sys.platform == "linux" and _filters() and confine.landlock_version()):
        return False
    if name in {"bwrap", "unshare"} and shutil.which(name) is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "tree").mkdir()
        hand_over(root)
        words = [*prefix(name, root), *launcher(name, root, Limits()), sys.executable, "-I", "-S", "-c", ""]
        tried = subprocess.run(words, capture_output=True, check=False, timeout=20, cwd=root / "tree")
    return tried.returncode == 0


def hand_over(path: Path) -> None:
    """Give a file or folder of the workspace to the user that commands run as, where that is not ours."""
    if user := _user():
        os.chown(path, user, user, follow_symlinks=False)


def describe(name: str) -> str:
    """What holds a command at this level, in words."""
    limited = "limits on time, processor, memory, processes, files and output"
    if name in {"bwrap", "unshare"}:
        how = "bubblewrap" if name == "bwrap" else "namespaces"
        return f"{how}: no network, system read-only, homes hidden, own processes, {limited}"
    if name == "confined":
        version = confine.landlock_version()
        tcp = "" if version > 3 else ", TCP by seccomp alone"
        signals = "" if version > 5 else ", signals by seccomp alone"
        closed = f"no network, only the tree writable{tcp}{signals}"
        return f"Landlock (ABI {version}) and seccomp: {closed}, {limited}"
    filtered = "seccomp: no network, " if _filters() else ""
    left = "files" if filtered else "network and files"
    return (
        f"{filtered}{limited}; {left} are not cut off here: this kernel offers no namespaces and no Landlock"
    )


@cache
def _filters() -> bool:
    """Whether seccomp takes our filter here."""
    if sys.platform != "linux":
        return False
    asked = json.dumps({"limits": {}, "protected": [-1]})
    words = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        _text("confine.py"),
        asked,
        sys.executable,
        "-I",
        "-S",
        "-c",
        "",
    ]
    return subprocess.run(words, capture_output=True, check=False, timeout=20).returncode == 0


@cache
def _text(name: str) -> str:
    """A script beside this file, which is given to its interpreter as text: it is hidden in the sandbox."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _in_a_closed_folder() -> bool:
    """Whether a toolchain stands where only root may go, as one in root's home does."""
    ways = {each for folder in toolchains().folders for each in Path(folder).parents}
    return not all(each.stat().st_mode & stat.S_IXOTH for each in ways)


def _user() -> int | None:
    return FIRST_USER + os.getpid() % 4_000 if os.geteuid() == 0 else None


def _hidden() -> list[str]:
    """The folders that are shown empty: none twice, and none that stands in another."""
    wished = sorted({*PRIVATE, str(toolchains().home), tempfile.gettempdir()})
    real = [path for path in wished if Path(path).is_dir() and not Path(path).is_symlink()]
    return [path for path in real if not any(path.startswith(f"{other}/") for other in real)]


def _bubblewrap(root: Path) -> list[str]:
    user = _user()
    apart = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    rights = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    room = ["--size", str(SHARED_MEMORY), "--tmpfs"]
    hidden = [word for path in _hidden() for word in (*room, path)]
    shown = [*toolchains().folders, str(root)]
    kept = [word for path in toolchains().folders for word in ("--ro-bind", path, path)]
    # What bubblewrap makes on the way to a folder would be closed to others, as the hidden home was.
    ways = dict.fromkeys(str(each) for path in shown for each in reversed(Path(path).parents))
    below = [path for path in ways if any(path.startswith(f"{hid}/") for hid in _hidden())]
    kept = [*(word for path in below for word in ("--perms", "0755", "--dir", path)), *kept]
    system = ["--ro-bind", "/", "/", *hidden, *kept, "--dev", "/dev", *room, "/dev/shm", "--proc", "/proc"]  # noqa: S108
    work = ["--bind", str(root), str(root), "--chdir", "/"]
    return [
        "bwrap",
        *apart,
        *(rights if user else ["--unshare-user"]),
        "--die-with-parent",
        "--new-session",
        *system,
        *work,
        "--",
    ]
