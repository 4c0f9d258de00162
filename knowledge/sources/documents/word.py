"""Word (.docx) to Markdown: mammoth makes HTML of its styles, lists and tables."""

from __future__ import annotations

import io
import zipfile
from xml.etree.ElementTree import ParseError
from xml.sax import SAXException

import mammoth
from lxml.html import HtmlElement, document_fromstring, tostring

from knowledge.errors import DocumentUnreadable
from knowledge.sources.documents.document import Document
from knowledge.sources.documents.html import fragment

# What a document may unpack to; a bomb unpacks to a thousand times its size.
LARGEST_UNPACKED = 100_000_000
# Word's own styles for code, and those of its common templates.
STYLES = """
p[style-name='Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='Plain Text'] => pre:separator('\\n')
r[style-name='Code Char'] => code
r[style-name='HTML Code'] => code
r[style-name='Verbatim Char'] => code
"""


def read(raw: bytes, declared: str) -> Document:  # noqa: ARG001 - XML says itself how it is written
    """See `formats.document`."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise DocumentUnreadable(f"unpacks to more than {LARGEST_UNPACKED} bytes")
            if any(b"<!DOCTYPE" in packed.read(part)[:4_096] for part in packed.infolist() if _is_xml(part)):
                raise DocumentUnreadable("declares entities, which no word processor writes")
        made = mammoth.convert_to_html(
            io.BytesIO(raw), style_map=STYLES, convert_image=mammoth.images.img_element(lambda _: {"src": ""})
        )
    except (zipfile.BadZipFile, ParseError, SAXException, KeyError, ValueError, OSError) as error:
        raise DocumentUnreadable(f"a damaged Word document ({type(error).__name__})") from error
    return Document("", fragment(whole_steps(str(made.value))))


def whole_steps(html: str) -> str:
    """With code put into the step that it follows: mammoth ends a list there, and the next begins at 1."""
    if "<ol>" not in html:
        return html
    body = document_fromstring(f"<body>{html}</body>").find("body")
    steps: HtmlElement | None = None
    for child in list(body):
        if child.tag == "pre" and steps is not None:
            steps[-1].append(child)
        elif child.tag == "ol" and steps is not None and steps.xpath("boolean(./li[last()]/pre)"):
            steps.extend(child)
            body.remove(child)
        else:
            steps = child if child.tag == "ol" else None
    return "".join(tostring(child, encoding="unicode") for child in body)


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.endswith((".xml", ".rels"))
