"""Settings of indexes, written and read."""

from __future__ import annotations

import pytest

from knowledge.address import Address, read
from knowledge.errors import IndexUnusable

KENDRA = "c0806df7-e76b-4bce-9b5c-d5582f6b1a03"
ADDRESSES = {
    "runbooks.index": Address("file", "runbooks.index"),
    "/var/lib/runbooks:1.index": Address("file", "/var/lib/runbooks:1.index"),
    r"C:\runbooks.index": Address("file", r"C:\runbooks.index"),
    "s3://bucket/a/b.sqlite": Address("s3", "bucket", "a/b.sqlite"),
    "opensearch+http://127.0.0.1:9200/runbooks": Address("opensearch", "http://127.0.0.1:9200", "runbooks"),
    "es+https://search-x.eu-west-1.es.amazonaws.com/runbooks": Address(
        "es", "https://search-x.eu-west-1.es.amazonaws.com", "runbooks"
    ),
    "aoss+https://abc.eu-west-1.aoss.amazonaws.com/runbooks": Address(
        "aoss", "https://abc.eu-west-1.aoss.amazonaws.com", "runbooks"
    ),
    "s3vectors:bucket/runbooks": Address("s3vectors", "bucket", "runbooks"),
    "bedrock-kb:KB12345678": Address("bedrock-kb", "KB12345678"),
    "bedrock-kb:KB12345678?team=pay&kind=runbook": Address(
        "bedrock-kb", "KB12345678", only=(("team", "pay"), ("kind", "runbook"))
    ),
    f"kendra:{KENDRA}": Address("kendra", KENDRA),
    f"kendra:{KENDRA}/our-source": Address("kendra", KENDRA, "our-source"),
}


@pytest.mark.parametrize("setting", ADDRESSES)
def test_what_is_written_is_read_again(setting: str) -> None:
    assert read(setting) == ADDRESSES[setting]
    assert read(setting).setting == setting


@pytest.mark.parametrize(
    "setting",
    [
        "s3://bucket",
        "s3:bucket/key",
        "https://wiki.example.com/",
        "aoss+https://host",
        "aoss://host/index",
        "kendra:",
        "kendra+https://host/index",
        "s3vectors:bucket",
        "pinecone:index",
        "file:runbooks.index",
    ],
)
def test_what_names_no_index_is_refused_with_the_forms_that_there_are(setting: str) -> None:
    with pytest.raises(IndexUnusable, match="names no index; write FILE, s3://BUCKET/KEY"):
        read(setting)
