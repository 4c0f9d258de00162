"""Any envelope in which logs reach a function, to log records; a broken record harms no other.

Shapes: Lambda Developer Guide (event source mappings for Kinesis and SQS, CloudWatch Logs subscriptions,
SNS), EventBridge User Guide (Pipes hand over a bare list of records).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

import orjson

from lambda_image.domain.errors import EnvelopeUnknown, RecordUndecodable
from lambda_image.domain.records import EVENTBRIDGE, SNS, SQS, Delivery, LogRecord, Records, UndecodedDelivery
from lambda_image.steps.reading.alarm import LATEST, Told, alarm, moment
from lambda_image.steps.reading.line import encodable

# A log batch is at most 1 MB before CloudWatch compresses it; a record that grows beyond this is a bomb.
DECOMPRESSED_LIMIT = 20 * 1024 * 1024
# The keys of a log event without anything extracted from it.
PLAIN = frozenset({"id", "timestamp", "message"})
_COLUMNS = tuple(map(itemgetter, ("timestamp", "id", "message")))
GZIP = 16 + zlib.MAX_WBITS
KNOWN_SHAPES = (
    "a CloudWatch Logs subscription (awslogs), Kinesis or SQS records (Records), a list of records from an"
    " EventBridge Pipe, an SNS notification, an EventBridge event, or an object with logGroup and logEvents"
)

Json = dict[str, Any]


def decode(event: object) -> tuple[Delivery | UndecodedDelivery, ...]:
    """One delivery for each transport record. Raises EnvelopeUnknown when no record has a known shape."""
    if isinstance(event, dict) and isinstance(event.get("Records"), list):
        event = event["Records"]
    if isinstance(event, dict):
        return (_alone(event),)
    if not isinstance(event, list):
        raise EnvelopeUnknown(f"the event is no object and no list; known are {KNOWN_SHAPES}")
    return tuple(_of_batch(event))


def _alone(event: Json) -> Delivery | UndecodedDelivery:
    """What no transport has a name for is named after its content; after all of it where that has no name."""
    made = _delivery("", event)
    if isinstance(made, Delivery) and made.content:
        return replace(made, id=made.content)
    return _delivery(_derived_id(event), event)


def answers_for_each(event: object) -> bool:
    """Whether the transport reads `batchItemFailures`, as mappings and Pipes do."""
    records = event.get("Records") if isinstance(event, dict) else event
    return isinstance(records, list) and any(
        isinstance(each, dict) and not each.keys().isdisjoint({"kinesis", "sequenceNumber", "messageId"})
        for each in records
    )


def _of_batch(records: list[object]) -> Iterator[Delivery | UndecodedDelivery]:
    """Whatever is wrong with one record is its own matter, unless it is wrong with all of them."""
    unknown = 0
    for record in records:
        known = record if isinstance(record, dict) else {}
        identifier = _record_id(known) if known else _derived_id(record)
        try:
            yield _delivery(identifier, known)
        except EnvelopeUnknown as error:
            unknown += 1
            if unknown == len(records):
                raise
            yield UndecodedDelivery(identifier, str(error))


def _record_id(record: Json) -> str:
    """What `batchItemFailures` calls the record: sequence number of Kinesis, message id of SQS."""
    kinesis = record.get("kinesis")
    if isinstance(kinesis, dict) and "sequenceNumber" in kinesis:
        return str(kinesis["sequenceNumber"])
    return str(record.get("sequenceNumber") or record.get("messageId") or _derived_id(record))


def _derived_id(event: object) -> str:
    return hashlib.sha256(json.dumps(event, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _delivery(identifier: str, record: Json) -> Delivery | UndecodedDelivery:
    try:
        return _read(identifier, record)
    except RecordUndecodable as error:
        return UndecodedDelivery(identifier, str(error))


def _read(identifier: str, record: Json) -> Delivery:
    """The delivery in one record. Raises RecordUndecodable, or EnvelopeUnknown for no known shape."""
    for holder in (
        record.get("kinesis"),
        record.get("awslogs"),
        record if "sequenceNumber" in record else None,
    ):
        if isinstance(holder, dict):
            return _batch(identifier, _unpacked(holder.get("data")))
    # The requests and answers of an API have a body too.
    if isinstance(body := record.get("body"), str) and not {"requestContext", "statusCode"} & record.keys():
        return _body(identifier, body, record)
    if "logEvents" in record:
        return _batch(identifier, record)
    if isinstance(sns := record.get("Sns"), dict):
        return _sns(identifier, sns)
    if "detail-type" in record:
        event = alarm(record) or Told(_text(record), moment(record.get("time")))
        return _single(identifier, EVENTBRIDGE, str(record.get("source", "")), record.get("id"), event)
    raise EnvelopeUnknown(f"no known shape among the keys {sorted(record)[:8]}; known are {KNOWN_SHAPES}")


def _body(identifier: str, body: str, message: Json) -> Delivery:
    """A queue's message: JSON of any other shape, a packed log batch, or one plain line."""
    try:
        inner = json.loads(body)
    except (ValueError, RecursionError):
        inner = None
    if isinstance(inner, dict):
        if inner.get("Type") == "Notification" and "TopicArn" in inner:
            return _sns(identifier, inner)
        try:
            return _read(identifier, inner)
        except EnvelopeUnknown:
            pass
    elif body.startswith("H4sI"):
        return _batch(identifier, _unpacked(body))
    attributes = message.get("attributes")
    sent = attributes.get("SentTimestamp") if isinstance(attributes, dict) else None
    told = alarm(inner) or Told(_text(body), moment(sent))
    return _single(identifier, SQS, identifier, identifier, told)


def _sns(identifier: str, sns: Json) -> Delivery:
    """A notification; a CloudWatch alarm's is told as one line."""
    message = sns.get("Message")
    try:
        inner = json.loads(message) if isinstance(message, str) else message
    except (ValueError, RecursionError):
        inner = None
    told = alarm(inner) or Told(_text(message), moment(sns.get("Timestamp")))
    return _single(identifier, SNS, str(sns.get("TopicArn", "")), sns.get("MessageId"), told)


def _single(identifier: str, group: str, stream: str, name: object, told: Told) -> Delivery:
    """One message that is no log event; `name` is its own id, which stays when it is delivered again."""
    record = LogRecord(group, encodable(stream), told.timestamp, str(name or identifier), _text(told.text))
    return Delivery(identifier, (record,), content=_content(group, stream, [str(name or "")]))


def _unpacked(data: object) -> Json:
    """The JSON object inside base64 and gzip, never more than the limit in memory."""
    if not isinstance(data, str):
        raise RecordUndecodable("the record has no data")
    try:
        packed = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RecordUndecodable(f"the data is not base64: {error}") from error
    unpack = zlib.decompressobj(GZIP)
    try:
        plain = unpack.decompress(packed, DECOMPRESSED_LIMIT)
    except zlib.error as error:
        raise RecordUndecodable(f"the data is not gzip: {error}") from error
    if unpack.unconsumed_tail:
        raise RecordUndecodable(f"the data is larger than {DECOMPRESSED_LIMIT} bytes when decompressed")
    if not unpack.eof:
        raise RecordUndecodable("the gzip data ends too early")
    try:
        batch = _read_json(plain)
    except (ValueError, RecursionError) as error:
        raise RecordUndecodable(f"the decompressed data is not JSON: {error}") from error
    if not isinstance(batch, dict):
        raise RecordUndecodable("the decompressed data is not a log batch")
    return batch


def _read_json(text: bytes) -> object:
    """The value of a JSON text; what orjson refuses, as half a surrogate pair, Python's own may know."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def _batch(identifier: str, batch: Json) -> Delivery:
    """A subscription's payload; the keys are those of CloudWatch Logs, unknown ones are ignored."""
    events = batch.get("logEvents")
    if not isinstance(events, list):
        raise RecordUndecodable("the log batch has no logEvents")
    if batch.get("messageType") == "CONTROL_MESSAGE":
        return Delivery(identifier, (), control=max(len(events), 1))
    group, stream = (encodable(str(batch.get(name, ""))) for name in ("logGroup", "logStream"))
    if plain := _plain(group, stream, events):
        records: Sequence[LogRecord] = plain
        ids: Sequence[str] = plain.ids
    else:
        records = tuple(_log_record(identifier, group, stream, each) for each in events)
        ids = [str(each.get("id") or "") if isinstance(each, dict) else "" for each in events]
    owner, source = str(batch.get("owner")), f"{group} {stream}"
    content = _content(owner, source, ids)
    return Delivery(identifier, records, content=content, stream=f"{owner} {source}" if content else "")


def _content(owner: str, source: str, ids: Sequence[str]) -> str:
    """One name for these messages of one source; none where one of them has no id of its own."""
    if not ids or not all(ids):
        return ""
    names = "\n".join((json.dumps([owner, source]), *sorted(ids)))
    return hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _plain(group: str, stream: str, events: Sequence[Any]) -> Records | None:
    """The records of log events as CloudWatch Logs sends them, all at once; None where one is otherwise."""
    try:
        times, ids, messages = (list(map(each, events)) for each in _COLUMNS)
        if set(map(len, events)) != {len(PLAIN)}:
            return None
    except (KeyError, TypeError, IndexError):
        return None
    if set(map(type, times)) != {int} or min(times) < 0 or max(times) >= LATEST:
        return None
    if set(map(type, ids)) != {str} or set(map(type, messages)) != {str}:
        return None
    if not all(map(str.isascii, messages)):
        messages = list(map(encodable, messages))
    return Records(group, stream, times, ids, messages)


def _log_record(identifier: str, group: str, stream: str, event: object) -> LogRecord:
    """A log event; one that is no object is a line of its own, and a time that is none becomes 0."""
    if not isinstance(event, dict):
        return LogRecord(group, stream, 0, identifier, _text(event))
    time = event.get("timestamp")
    known = time if isinstance(time, int) and 0 <= time < LATEST else 0
    text = _text(event.get("message", ""))
    return LogRecord(group, stream, known, str(event.get("id", identifier)), text, _extracted(event))


def _extracted(event: Json) -> tuple[tuple[str, str], ...]:
    """`extractedFields`, and what `emitSystemFields` puts beside them: `@aws.account`, `@aws.region`."""
    if event.keys() <= PLAIN:
        return ()
    found = event.get("extractedFields")
    system = {name: value for name, value in event.items() if name.startswith("@")}
    fields = {**(found if isinstance(found, dict) else {}), **system}
    return tuple((encodable(name.removeprefix("$")), _text(value)) for name, value in fields.items())


def _text(message: object) -> str:
    """A message as text that UTF-8 can hold."""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    return encodable(text)
