"""Dependencies that stand in a checkout and not in its commits: without them its tests cannot be run."""

from __future__ import annotations

import subprocess
from pathlib import Path

# By the file that a package manager reads, the folder that it fills beside it.
FILLED = {"package.json": "node_modules", "composer.json": "vendor"}


def bring(checkout: Path, tree: Path) -> None:
    """Copy what a checkout has installed to the same places of a tree; what is there already stays.

    A copy, as what runs there may change it, and as programs find the tree from where it stands.
    """
    for name, folder in FILLED.items():
        for manifest in sorted(tree.rglob(name)):
            place = manifest.parent.relative_to(tree)
            source, target = checkout / place / folder, tree / place / folder
            if folder not in place.parts and source.is_dir() and not target.exists():
                words = ["cp", "-a", "--reflink=auto", "--", str(source), str(target)]
                subprocess.run(words, check=False, capture_output=True)
