"""How long it takes to gather the code of one error from a repository of 2,000 files, cold and warm."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from lambda_image.adapters.git.clones import Clones
from lambda_image.adapters.git.shallow import Shallow
from lambda_image.adapters.git.source import GitSource
from lambda_image.domain.events import Frame
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.steps.answering.context import context
from tests.fakes.events import redacted_event
from tests.fakes.local_git import LocalGit
from tests.fakes.source import SPLITTER

FILES, FUNCTIONS = 2_000, 12
TOKENS = 8_000


def evaluate() -> dict[str, object]:
    """Seconds by the clock and of processor time, git included: with a cold cache and a warm one."""
    with tempfile.TemporaryDirectory() as folder:
        made = LocalGit(Path(folder) / "made")
        made.commit({f"shop{n % 40}/part{n}.py": _file(n) for n in range(FILES)})
        cold, warm = (_measured(made.path, Path(folder) / "cache") for _ in range(2))
    return {
        "files": FILES,
        **{f"cold {k}": v for k, v in cold.items()},
        **{f"warm {k}": v for k, v in warm.items()},
    }


def _measured(repository: Path, cache: Path) -> dict[str, float]:
    frames = tuple(Frame(f"/var/task/shop{n % 40}/part{n}.py", 20 + n % 30, None) for n in (7, 130, 1_900))
    event = redacted_event(frames=frames, message="basket_1900_3 has no price in step 7")
    start, used = time.perf_counter(), _processor()
    code = GitSource(
        Shallow(Clones((RepositoryMapping("*", str(repository), "team/shop"),), cache), 10**9), SPLITTER
    )
    shown = context(event, code.revision("any"), code, TOKENS)
    if len(shown) < len(frames):
        sys.exit("the context does not hold the frames")
    return {"seconds": round(time.perf_counter() - start, 2), "processor": round(_processor() - used, 2)}


def _processor() -> float:
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


def _file(number: int) -> bytes:
    other = (number * 7) % FILES
    functions = "\n\n".join(
        f"def basket_{number}_{at}(items, rate=1):\n"
        f'    """The price of basket {number} in step {at}."""\n'
        f"    total = 0\n    for item in items:\n        total += item['price'] * rate\n"
        f"    if not total:\n        raise ValueError('no price in step {at}')\n"
        f"    return total + basket_{other}_{(at + 1) % FUNCTIONS}(items)\n"
        for at in range(FUNCTIONS)
    )
    return f"from shop{other % 40}.part{other} import *\n\n\n{functions}".encode()
