"""Each function in a process of its own: what nobody asked for is not imported."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("handler", ["intake", "respond", "repair", "receipt"])
def test_without_a_collector_nothing_of_opentelemetry_is_imported(handler: str) -> None:
    names = "LEDGER_TABLE INCIDENTS_QUEUE_URL TOPIC_ARN TRACE_BUCKET AUDIT_BUCKET VERIFY_FUNCTION MODELS"
    settings = {f"TRACEMEND_{name}": "x" for name in names.split()} | {
        "TRACEMEND_CODE_HOSTS": '[{"name": "hub", "kind": "github", "secret": "x"}]',
        "TRACEMEND_REPOSITORIES": '[{"log_group": "*", "clone_url": "https://x/y", "name": "a/b"}]',
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    code = (
        "import sys\n"
        f"import lambda_image.handlers.{handler}\n"
        "from lambda_image import bootstrap\n"
        f"bootstrap.{handler}()\n"
        "sys.exit(any(name.split('.')[0] in ('opentelemetry', 'google') for name in sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=False, timeout=60
    )

    assert (run.returncode, run.stderr) == (0, "")
