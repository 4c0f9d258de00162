"""An OpenTelemetry collector on loopback that keeps what it is sent, decoded by the protocol's own schema."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from infra.local.functions.loopback import LoopbackServer, QuietHandler


@dataclass(frozen=True)
class KeptSpan:
    """A span as it came: ids in hex, attributes as plain values."""

    name: str
    kind: str
    trace_id: str
    span_id: str
    parent: str
    links: tuple[str, ...]
    failed: str
    attributes: dict[str, Any] = field(hash=False)


class Collector:
    """Serves OTLP/HTTP on `url`; with `status` other than 200 it refuses."""

    def __init__(self, status: int = 200) -> None:
        self.spans: list[KeptSpan] = []
        kept = self

        class Handler(QuietHandler):
            """One request of an exporter."""

            def respond(self) -> None:
                """Keep its spans."""
                body = self.body()
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                assert self.path == "/v1/traces"
                if status == 200:
                    kept.spans += _spans(ExportTraceServiceRequest.FromString(body))
                self.answer(status)

        self._server = LoopbackServer(Handler, "collector")

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://{self._server.address}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()


def _spans(request: ExportTraceServiceRequest) -> list[KeptSpan]:
    return [
        KeptSpan(
            name=span.name,
            kind=span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
            trace_id=span.trace_id.hex(),
            span_id=span.span_id.hex(),
            parent=span.parent_span_id.hex(),
            links=tuple(link.trace_id.hex() for link in span.links),
            failed=span.status.message,
            attributes={each.key: _value(each.value) for each in span.attributes},
        )
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return tuple(_value(each) for each in value.array_value.values)
    return getattr(value, kind)
