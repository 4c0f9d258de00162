"""Pages of a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from knowledge.errors import SourceUnusable
from knowledge.passage import Page
from knowledge.sources.documents.document import LARGEST_TEXT
from knowledge.sources.documents.kinds import UNREAD
from knowledge.sources.folder import Folder


def read(root: Path) -> tuple[dict[str, Page], dict[str, str]]:
    skipped: dict[str, str] = {}
    pages = {
        Path(page.id).name: page
        for page in Folder(root).pages({}, skipped.__setitem__)
        if isinstance(page, Page)
    }
    return pages, skipped


def write(root: Path, name: str, content: str | bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("---\ntitle: 'From: matter'\n---\n# Heading\n", "From: matter"),
        ('# The `heading`<a name="x"></a> #\ntext', "The heading"),
        ("```bash\n# a comment\n```\n\n# After\n", "After"),
        ("Underlined\n==========\ntext", "Underlined"),
        ("only text", "disk full"),
        ("---\nnot closed\n# Heading", "Heading"),
        ("\n+++\ntitle = 'From \"TOML\"'\nweight = 3\n+++\n# Heading\n", 'From "TOML"'),
        ('---\ntitle: "A \\"quoted\\" one"\n---\ntext', 'A "quoted" one'),
        ("---\ntitle: >-\n  Over two\n  lines\nowner: me\n---\ntext", "Over two lines"),
        ("---\n\nA rule, and text.\n\n---\n# Heading", "Heading"),
        ("![badge](x)\n\n# After a badge\n## Part", "After a badge"),
        ("words\n\n# One part\ntext\n# Another", "disk full"),
        ("## Meaning\ntext\n# Elsewhere\n", "disk full"),
    ],
)
def test_the_title_is_that_of_the_front_matter_the_heading_or_the_file(
    tmp_path: Path, content: str, title: str
) -> None:
    write(tmp_path, "disk-full.md", content)

    assert read(tmp_path)[0]["disk-full.md"].title == title


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("disk-full/_index.en.md", "disk full"),
        ("disk-full/README.md", "disk full"),
        ("orders%2Dapi/Queue-%2D-full.html.md", "Queue full"),
    ],
)
def test_a_page_without_a_title_is_called_as_its_file_or_folder(
    tmp_path: Path, path: str, title: str
) -> None:
    write(tmp_path, path, "only text")

    assert [page.title for page in read(tmp_path)[0].values()] == [title]


def test_front_matter_gives_the_address_and_is_no_text(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "\ufeff---\r\nurl: https://wiki.example.com/a\r\n---\r\n# A\r\n")
    write(
        tmp_path,
        "b.md",
        "---\nurl: javascript:alert(1)\nservices:\n  - cart\n  - 'shop'\nowner: me\n---\n# B\n",
    )

    pages, _ = read(tmp_path)

    assert (pages["b.md"].about.services, pages["b.md"].about.owner) == (("cart", "shop"), "me")

    assert (pages["a.md"].url, pages["a.md"].text) == ("https://wiki.example.com/a", "# A\r\n")
    assert pages["b.md"].url == (tmp_path / "b.md").as_uri()


def test_what_is_left_out_is_told_with_the_reason(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path, "secret.md", "# Secret")
    write(root, "page.md", "# Page")
    write(root, "empty.md", " \n")
    write(root, "fields.md", "---\nweight: 3\n---\n")
    write(root, "binary.txt", b"a\0b")
    write(root, "huge.md", b"a" * (LARGEST_TEXT + 1))
    (root / "link.md").symlink_to(tmp_path / "secret.md")
    (root / "gone.md").symlink_to(root / "nowhere.md")
    (root / "round.md").symlink_to("round.md")

    pages, skipped = read(root)

    assert list(pages) == ["page.md"]
    # Python 3.13 says that it is no file.
    assert skipped.pop("round.md").startswith(("Symlink loop", "not a file"))
    assert skipped == {
        "binary.txt": "not text",
        "empty.md": "empty",
        "fields.md": "empty",
        "gone.md": "not a file",
        "huge.md": f"larger than {LARGEST_TEXT} bytes",
        "link.md": "a link out of the folder",
    }


def test_hidden_folders_links_to_folders_and_other_files_are_not_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path, "other/page.md", "# Other")
    write(root, ".git/page.md", "# Hidden")
    for name in ("tool.py", "LICENSE", "deep/guide.adoc"):
        write(root, name, "words")
    write(root, "deep/er/page.md", "# Page")
    (root / "linked").symlink_to(tmp_path / "other")

    pages, skipped = read(root)

    assert [page.title for page in pages.values()] == ["Page"]
    assert skipped == dict.fromkeys(("LICENSE", "deep/guide.adoc", "tool.py"), UNREAD) | {
        "linked": "a link to a folder; name that folder as a source of its own"
    }


def test_a_page_in_another_encoding_is_read_with_replacements(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "# Störung".encode("latin-1"))

    assert read(tmp_path)[0]["a.md"].title == "St\N{REPLACEMENT CHARACTER}rung"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "# A")

    with pytest.raises(SourceUnusable, match="not a folder"):
        read(tmp_path / "a.md")


def test_pages_of_a_folder_that_cannot_be_listed_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "open/a.md", "# A")
    write(tmp_path, "shut/b.md", "# B")
    listed = os.scandir

    def refuse(place: str) -> object:
        if Path(place).name == "shut":
            raise PermissionError(13, "Permission denied", place)
        return listed(place)

    monkeypatch.setattr(os, "scandir", refuse)
    skipped: dict[str, str] = {}
    known = dict.fromkeys((f"{tmp_path}/shut/b.md", f"{tmp_path}/shut.md", f"{tmp_path}/open/c.md"), "")

    given = [page.id for page in Folder(tmp_path).pages(known, skipped.__setitem__)]

    assert given == [f"{tmp_path}/shut/b.md", f"{tmp_path}/open/a.md"]
    assert skipped == {"shut": "a folder that cannot be read (Permission denied)"}
    with pytest.raises(SourceUnusable, match="Permission denied"):
        read(tmp_path / "shut")
