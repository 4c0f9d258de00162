"""Traces to a collector over OTLP/HTTP; the only home of OpenTelemetry, imported only when it is on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from lambda_image.tracing import Attributes

KINDS = {
    "internal": trace.SpanKind.INTERNAL,
    "client": trace.SpanKind.CLIENT,
    "producer": trace.SpanKind.PRODUCER,
    "consumer": trace.SpanKind.CONSUMER,
}
# An answer waits for this at most, in seconds, where the collector is away.
PATIENCE = 2.0
# Of one invocation; what is more is dropped, oldest first.
LARGEST_BATCH = 2_000


class OtlpSpan:
    """Implements `Span`."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set(self, attributes: Attributes) -> None:
        """See `Span.set`."""
        self._span.set_attributes(dict(attributes))


class OtlpTracer:
    """Implements `Tracer`. Spans wait in memory until `flush`: a frozen process sends nothing."""

    def __init__(
        self, endpoint: str, resource: Mapping[str, str], lost: Callable[[int], None] = lambda _: None
    ) -> None:
        """`endpoint` is the collector's base address, as of OTEL_EXPORTER_OTLP_ENDPOINT.

        `lost` hears how many spans could not be sent.
        """
        self._ended = InMemorySpanExporter(LARGEST_BATCH)
        self._exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=PATIENCE)
        provider = TracerProvider(
            sampler=ParentBased(ALWAYS_ON), resource=Resource(dict(resource)), shutdown_on_exit=False
        )
        provider.add_span_processor(SimpleSpanProcessor(self._ended))
        self._tracer = provider.get_tracer("tracemend")
        self._context = TraceContextTextMapPropagator()
        self._lost = lost

    @contextmanager
    def span(
        self,
        name: str,
        kind: str = "internal",
        attributes: Attributes | None = None,
        parent: Mapping[str, str] | None = None,
    ) -> Iterator[OtlpSpan]:
        """See `Tracer.span`. Of an exception only its type is told: its text may be a log's."""
        within, links = None, []
        if parent is not None:
            within = self._context.extract(dict(parent), Context())
            links = [] if trace.get_current_span(within).get_span_context().is_valid else _current_link()
        with (
            self._tracer.start_as_current_span(
                name,
                context=within,
                kind=KINDS[kind],
                attributes=dict(attributes or {}),
                links=links,
                record_exception=False,
                set_status_on_exception=False,
            ) as span,
            ExitStack() as ending,
        ):
            ending.push(_failure(span))
            yield OtlpSpan(span)

    def carrier(self) -> dict[str, str]:
        """See `Tracer.carrier`."""
        carried: dict[str, str] = {}
        self._context.inject(carried)
        return carried

    def flush(self) -> None:
        """See `Tracer.flush`."""
        spans = self._ended.get_finished_spans()
        self._ended.clear()
        if spans and self._exporter.export(spans) is not SpanExportResult.SUCCESS:
            self._lost(len(spans))


def _failure(span: trace.Span) -> Callable[[type[BaseException] | None, object, object], bool]:
    """Tells the span of the exception that ends it."""

    def tell(kind: type[BaseException] | None, _error: object, _trace: object) -> bool:
        if kind:
            span.set_status(trace.StatusCode.ERROR, kind.__name__)
        return False

    return tell


def _current_link() -> list[trace.Link]:
    here = trace.get_current_span().get_span_context()
    return [trace.Link(here)] if here.is_valid else []
