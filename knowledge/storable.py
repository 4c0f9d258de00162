"""What a store can keep: half of a surrogate pair is no character, and no file or server takes one.

JSON can spell one, as in notebooks and wikis' answers; names of files that are not UTF-8 are read as such.
"""

from __future__ import annotations

from dataclasses import replace

from knowledge.passage import About, Page


def storable(page: Page) -> Page:
    """The page as it is, as a rule; else with U+FFFD for each such half, in its id with that spelled out."""
    about = page.about
    told = (page.id, page.url, page.title, page.text, page.mark, about.owner, *about.services)
    if all(map(_is_whole, (*told, *about.environments))):
        return page
    return replace(
        page,
        # Two pages must not become one.
        id=page.id.encode("utf-8", "backslashreplace").decode(),
        url=whole(page.url),
        title=whole(page.title),
        text=whole(page.text),
        mark=whole(page.mark),
        about=About(
            whole(about.owner),
            about.modified,
            tuple(map(whole, about.services)),
            tuple(map(whole, about.environments)),
        ),
    )


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def whole(text: str) -> str:
    """The text with U+FFFD for each such half."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
