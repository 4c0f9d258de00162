"""What the gate says: why a repair went no further, and what a reviewer should know."""

from __future__ import annotations

from lambda_image.languages import mark

HELD = mark(
    "A fix was proved, but it is only suggested: {reasons}. Open the pull request yourself if you agree:"
)
NOT_SHOWN = mark("No edit is shown: {reasons}.")
# What follows is told in English, as pull requests are.
NO_PROOF = "no proof was found"
NO_CAUSE = "the cause is not known"
CAPPED = "the settings allow no more than a {most}"
UNPROVABLE = "it touches {area}, of which tests say little"
REACHES = "it newly reaches for {what}, which the repair of an error seldom needs"
CAREFUL = "it touches {area}, and the confidence is {confidence} only"
TOO_LARGE = "it changes {size}; more than {most} are never opened unasked"
SIZE = "{lines} in {files} changed, tests that were added not counted."
AREAS = "Touches {areas}."
NO_AREA = "Touches nothing that is known to be delicate (permissions, payment, migrations, infrastructure)."
CHECKS_ONLY = "What the tests named above do not cover was not checked."


def counted(number: int, what: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
