"""A picture of a page, by the Chromium that is on this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from lambda_image.domain.errors import InputRefused

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",  # the page runs nothing: see its Content-Security-Policy
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
SECONDS = 60
TALLEST = 16_000
MEASURE = "<script>document.documentElement.dataset.height = document.documentElement.scrollHeight</script>"


def browser() -> str | None:
    """The path of a Chromium, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def picture(html: str, path: Path, width: int = 780) -> None:
    """Write the whole page as PNG. Raises InputRefused without a browser, or with one that fails."""
    found = browser()
    if found is None:
        raise InputRefused("no Chromium is on PATH for a picture. Install one, or open the HTML page")
    with tempfile.TemporaryDirectory(prefix="tracemend-preview-") as folder:
        measured = Path(folder) / "measured.html"
        # A copy that may run our one line, to say how tall it is.
        measured.write_text(
            re.sub(r"<meta http-equiv=\S+ [^>]*>", "", html, count=1) + MEASURE, encoding="utf-8"
        )
        dump = _run(found, folder, f"--window-size={width},200", "--dump-dom", measured.as_uri())
        height = re.search(r'data-height="(\d+)"', dump)
        tall = min(int(height[1]) if height else 2_000, TALLEST)
        shown = Path(folder) / "page.html"
        shown.write_text(html, encoding="utf-8")
        _run(
            found, folder, f"--window-size={width},{tall}", f"--screenshot={path.absolute()}", shown.as_uri()
        )
    if not path.is_file():
        raise InputRefused(f"{found} took no picture of the page")


def _run(found: str, folder: str, *arguments: str) -> str:
    command = [found, *FLAGS, f"--user-data-dir={folder}/profile", *arguments]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as failed:
        raise InputRefused(f"{found} could not show the page: {failed}") from failed
    return run.stdout
