"""What the index costs: the service that holds it, and the models that make vectors of its pages."""

from __future__ import annotations

from collections.abc import Iterator

from infra.aws.config import Config
from infra.aws.estimates import HOURS, MILLION, Item, Volume, prices
from infra.aws.indexes.sizes import DISK_GIB, NODES
from knowledge.embeddings import bedrock
from lambda_image.domain.errors import ConfigurationError

# A collection goes to sleep after so long, as share of an hour, and has so many units awake at least: one for
# writes and one for searches. AWS, "Scale to zero" of OpenSearch Serverless.
AWAKE, UNITS = 1 / 6, 2
NIGHTS = 30
# A single-precision number, and the words and metadata of a passage, in bytes.
NUMBER, PASSAGE = 4, 3_000


def index_items(config: Config, volume: Volume, answers: float) -> Iterator[Item]:
    """The items of this index. Raises ConfigurationError for what has no price here."""
    kind = config.index.kind
    if kind == "opensearch-domain":
        yield _domain(config)
    elif kind == "opensearch-serverless":
        yield _collection(config, answers)
    elif kind == "kendra":
        hour = prices()["kendra_hour"][config.index.kendra_edition]
        yield Item("Kendra", HOURS * hour, 0, f"{HOURS} hours of {config.index.kendra_edition}")
    elif kind in {"s3-vectors", "knowledge-base"}:
        yield _vectors(config, volume, answers)
    if config.index.embedded_by_us or kind == "knowledge-base":
        yield _embeddings(config, volume, answers)
    if config.index.reranker:
        price = prices()["million"]["rerank_queries"] / MILLION
        yield Item("reranking", 0, answers * price, f"{answers:.0f} questions; {config.index.reranker}")


def _domain(config: Config) -> Item:
    node = prices()["search_node_hour"].get(config.index.instance_type)
    if node is None:
        raise ConfigurationError(
            f"no price is known for the nodes {config.index.instance_type}. Add it to infra/aws/prices.toml"
        )
    disk = NODES * DISK_GIB * prices()["month"]["search_disk_gigabyte"]
    return Item("OpenSearch domain", NODES * HOURS * node + disk, 0, f"{NODES} nodes, {DISK_GIB} GB each")


def _collection(config: Config, answers: float) -> Item:
    waking = AWAKE * UNITS * prices()["hour"]["search_unit"]
    nights = NIGHTS if config.read_by_us else 0
    told = f"awake ten minutes for each of {answers:.0f} answers and {nights} nightly runs, {UNITS} units"
    return Item("OpenSearch Serverless", nights * waking, answers * waking, told)


def _vectors(config: Config, volume: Volume, answers: float) -> Item:
    passages = volume.pages * volume.page_passages
    gigabytes = passages * (config.index.dimensions * NUMBER + PASSAGE) / 1e9
    gigabyte, million = prices()["gigabyte"], prices()["million"]
    idle = gigabytes * (prices()["month"]["vector_gigabyte"] + volume.changed * gigabyte["vectors_in"])
    used = answers * 2 * million["vector_queries"] / MILLION
    return Item("S3 Vectors", idle, used, f"{passages} passages, {gigabytes * 1000:.0f} MB")


def _embeddings(config: Config, volume: Volume, answers: float) -> Item:
    """Pages that change in a month, and questions; all pages once, when the index is made."""
    model = config.index.embedding_model
    price = next((each for name, each in bedrock.PRICES.items() if name in model), None)
    if price is None:
        raise ConfigurationError(f"no price is known for the embedding model {model}")
    whole = volume.pages * volume.page_tokens * price / MILLION
    asked = answers * volume.question_tokens * price / MILLION
    told = f"{volume.pages} pages, {volume.changed:.0%} of them new in a month; {whole:.2f} once; {model}"
    return Item("embeddings", whole * volume.changed, asked, told)
