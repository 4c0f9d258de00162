"""What a deployment costs: idle in a month, and for a number of raw errors; each item says how."""

from __future__ import annotations

from collections.abc import Iterator

from infra.aws.config import Config
from infra.aws.estimates import HOURS, MILLION, Item, Volume, prices
from infra.aws.index_cost import index_items
from lambda_image.domain.errors import ConfigurationError

# Memory of the functions in GB as infra/aws/functions.py gives it; tests hold the two together.
MEMORY = {"intake": 1.0, "respond": 2.0, "repair": 2.0, "verify": 2.9375, "receipt": 0.5, "watch": 1.0}


# What the alarms look at, as infra/aws/alarms.py makes them; tests hold the two together.
ALARM_METRICS = {"direct": 13, "stream": 14, "repairs": 9}


def estimate(config: Config, volume: Volume) -> tuple[Item, ...]:
    """The items of a deployment. Raises ConfigurationError for what has no price here."""
    return tuple(_items(config, volume))


def as_of() -> str:
    """The month of the price table."""
    return str(prices()["as_of"])


def _items(config: Config, volume: Volume) -> Iterator[Item]:
    deliveries = (volume.errors + volume.events) / volume.batch
    answers = volume.errors * volume.new
    repairs = answers * volume.code if config.pull_requests else 0.0
    yield from _standing(config)
    yield from _watching(config)
    yield from _transport(config, volume, deliveries)
    yield _functions(config, volume, {"intake": deliveries, "respond": answers, "repair": repairs})
    yield _ledger(deliveries, answers)
    million = prices()["million"]
    messages = answers * 12 * million["sqs_requests"] + answers * 2 * million["sns_publishes"]
    traces = answers * 2 * million["bucket_writes"] + answers * 4 * million["bucket_reads"]
    if config.observability.audit:
        traces += (answers + repairs * (volume.repair_calls + 1)) * million["bucket_writes"]
    yield Item("messages, traces and audit", 0, (messages + traces) / MILLION, f"{answers:.0f} answers")
    yield from index_items(config, volume, answers)
    yield _models(config, volume, answers, repairs)


def _standing(config: Config) -> Iterator[Item]:
    """What is paid by the month."""
    month, hour = prices()["month"], prices()["hour"]
    yield Item("encryption key", month["kms_key"], 0, "one key for topic and stream")
    secrets = sum(len(each.secrets) for each in config.code_hosts) + config.served
    secrets += len({each.secret for each in config.channels} - {""})
    yield Item("secrets", secrets * month["secret"], 0, f"{secrets} of them")
    images = 2 if config.pull_requests else 1
    yield Item("image", images * 0.3 * month["image_gigabyte"], 0, f"{images} of about 0.3 GB compressed")
    if config.pull_requests:
        looks, spent = HOURS * 4, MEMORY["watch"] * prices()["gigabyte_second"][config.architecture]
        request = prices()["million"]["lambda_requests"] / MILLION
        yield Item("watch", looks * (spent + request), 0, f"{looks} looks of a second")
    if config.network.vpc == "new":
        yield Item("NAT gateway", HOURS * hour["nat_gateway"], 0, f"{HOURS} hours")


def _watching(config: Config) -> Iterator[Item]:
    """Alarms are paid by the metric; the free tier is not counted on."""
    if config.observability.alarms:
        metrics = ALARM_METRICS[config.logs.transport]
        metrics += ALARM_METRICS["repairs"] if config.pull_requests else 0
        metrics -= 0 if config.observability.audit else 1 + 2 * config.pull_requests
        yield Item("alarms", metrics * prices()["month"]["alarm_metric"], 0, f"{metrics} metrics")
    if config.observability.dashboard:
        price = prices()["month"]["dashboard"]
        yield Item("dashboard", 0, 0, f"as one of an account's first three; {price:.2f} as a fourth")


def _transport(config: Config, volume: Volume, deliveries: float) -> Iterator[Item]:
    gigabyte = prices()["gigabyte"]
    size = (volume.errors + volume.events) * volume.event_bytes / 1e9
    if config.logs.transport == "stream":
        moved = size * (gigabyte["kinesis_in"] + gigabyte["kinesis_out"])
        pipe = deliveries / 5 * prices()["million"]["pipe_requests"] / MILLION
        idle = HOURS * prices()["hour"]["kinesis_stream"]
        yield Item("stream and pipe", idle, moved + pipe, f"{HOURS} hours; {size * 1000:.1f} MB")
    logged = (deliveries * 600 + volume.errors * volume.new * 4_000) / 1e9
    yield Item("own logs", 0, logged * gigabyte["log_ingestion"], f"{logged * 1000:.1f} MB")


def _functions(config: Config, volume: Volume, calls: dict[str, float]) -> Item:
    seconds = {
        "intake": calls["intake"] * volume.intake_seconds,
        "respond": calls["respond"] * volume.respond_seconds,
        "receipt": calls["respond"] * 0.2,
        "repair": calls["repair"] * volume.repair_seconds,
        "verify": calls["repair"] * volume.repair_calls * volume.verify_seconds,
    }
    compute = sum(MEMORY[name] * spent for name, spent in seconds.items())
    requests = sum(calls.values()) * prices()["million"]["lambda_requests"] / MILLION
    price = compute * prices()["gigabyte_second"][config.architecture] + requests
    return Item("functions", 0, price, f"{compute:.0f} GB-seconds on {config.architecture}")


def _ledger(deliveries: float, answers: float) -> Item:
    """A delivery reads and writes mark, problem and tally, in one transaction, which counts double.

    An answer is opened through the gate with its event, claimed, completed with the tally, and confirmed; its
    repair is claimed, completed and confirmed.
    """
    million = prices()["million"]
    writes, reads = deliveries * 3 * 2 + answers * 14, deliveries * 3 + answers * 5
    price = (writes * million["table_writes"] + reads * million["table_reads"]) / MILLION
    return Item("ledger", 0, price, f"{writes:.0f} writes, {reads:.0f} reads")


def token_price(model: str) -> tuple[float, float] | None:
    """Dollars for a million tokens, read and written; None for a model that is not in the table."""
    known: dict[str, tuple[float, float]] = prices()["tokens"]
    found = next((each for each in known if model == each or model.endswith(f".{each}")), None)
    if found is None:
        return None
    read, written = known[found]
    return read, written


def _models(config: Config, volume: Volume, answers: float, repairs: float) -> Item:
    name = config.models.chain[0]
    known = token_price(name)
    if known is None:
        raise ConfigurationError(f"no price is known for the model {name}. Add it to infra/aws/prices.toml")
    calls = repairs * volume.repair_calls
    read = answers * volume.answer_tokens[0] + calls * volume.repair_tokens[0]
    written = answers * volume.answer_tokens[1] + calls * volume.repair_tokens[1]
    price = (read * known[0] + written * known[1]) / MILLION
    return Item("model", 0, price, f"{answers:.0f} answers, {calls:.0f} calls for repairs; {name}")
