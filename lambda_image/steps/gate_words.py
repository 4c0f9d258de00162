"""What the gate says: why a repair went no further, and what a reviewer should know."""

from __future__ import annotations

HELD = "A fix was proved, but it is only suggested: {reasons}. Open the pull request yourself if you agree:"
NOT_SHOWN = "No edit is shown: {reasons}."
NO_PROOF = "no proof was found"
NO_CAUSE = "the cause is not known"
CAPPED = "the settings allow no more than a {most}"
UNPROVABLE = "it touches {area}, of which tests say little"
CAREFUL = "it touches {area}, and the confidence is {confidence} only"
TOO_LARGE = "it changes {size}; more than {most} are never opened unasked"
SIZE = "{lines} in {files} changed, tests that were added not counted."
AREAS = "Touches {areas}."
NO_AREA = "Touches nothing that is known to be delicate (permissions, payment, migrations, infrastructure)."
CHECKS_ONLY = "What the tests named above do not cover was not checked."
