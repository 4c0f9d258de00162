"""CloudWatch Logs filter patterns: `parse` reads one, `FilterPattern.matches` holds it against a message.

Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters,
filter log events, and Live Tail" (FilterAndPatternSyntax). Where that page is silent (a number against a
quoted value, an asterisk inside a word), what the API `TestMetricFilter` is reported to answer is followed.
"""

from __future__ import annotations

from lambda_image.steps.filters.pattern import FilterPattern, parse

__all__ = ["FilterPattern", "parse"]
