"""Whether the index of a deployment answers: it is asked as `respond` would ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from botocore.exceptions import ClientError

from infra.aws.config import Config
from infra.aws.doctor.check import Check, Client
from knowledge.address import Address, read
from knowledge.errors import KnowledgeError, ServiceRefused
from knowledge.stores.bedrock_kb import KnowledgeBase
from knowledge.stores.calls import ClientCalls
from knowledge.stores.kendra.search import Kendra
from knowledge.stores.s3vectors.store import S3VectorStore

VARIABLE = "TRACEMEND_INDEX"
# Any team's runbooks say something of it.
QUESTION = "error"
FILL = "Fill it with `tracemend ingest`, or wait for the first crawl"


def index(config: Config, client: Client) -> Iterator[Check]:
    """The index that the deployed `respond` is told of; before a deployment there is none."""
    try:
        told = client("lambda").get_function_configuration(FunctionName=f"{config.prefix}-respond")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        yield Check("index", ok=True, detail="nothing is deployed yet")
        return
    setting = told.get("Environment", {}).get("Variables", {}).get(VARIABLE, "")
    try:
        address = read(setting)
        found = ASKED[address.kind](address, client) if address.kind in ASKED else None
    except ServiceRefused as refused:
        yield Check("index", ok=False, detail=f"{setting}: {refused.reason}", fix=refused.fix)
    except KnowledgeError as error:
        yield Check("index", ok=False, detail=f"{setting}: {error}", fix=FILL)
    else:
        yield _answered(setting, found)


def _answered(setting: str, found: int | None) -> Check:
    if found is None:
        return Check("index", ok=True, detail=f"{setting} is not asked from here")
    if found == 0:
        return Check("index", ok=False, detail=f"{setting} answers and has nothing", fix=FILL)
    return Check("index", ok=True, detail=f"{setting} answers")


def _file(address: Address, client: Client) -> int:
    """Its bytes. Where the file is missing, S3 answers 404 and nothing more."""
    try:
        return int(client("s3").head_object(Bucket=address.place, Key=address.name)["ContentLength"])
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
            return 0
        raise


def _kendra(address: Address, client: Client) -> int:
    calls = ClientCalls(client("kendra"))
    hits = Kendra(calls, address.place, address.name, least=0.0).ask(QUESTION, 1)
    if hits:
        return len(hits)
    counted = calls("describe_index", Id=address.place).get("IndexStatistics", {})
    return int(counted.get("TextDocumentStatistics", {}).get("IndexedTextDocumentsCount", 0))


def _knowledge_base(address: Address, client: Client) -> int:
    calls = ClientCalls(client("bedrock-agent-runtime"))
    return len(KnowledgeBase(calls, address.place, dict(address.only), least=0.0).ask(QUESTION, 1))


def _vectors(address: Address, client: Client) -> int:
    store = S3VectorStore(ClientCalls(client("s3vectors")), address.place, address.name)
    return int(bool(store.model()))


ASKED: dict[str, Callable[[Address, Client], int]] = {
    "s3": _file,
    "kendra": _kendra,
    "bedrock-kb": _knowledge_base,
    "s3vectors": _vectors,
}
