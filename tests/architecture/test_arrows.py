"""Who may import whom. The arrows are those of docs/architecture.md."""

from __future__ import annotations

import subprocess
import sys
from graphlib import TopologicalSorter

import pytest

from tests.architecture.source import Module, faults, modules

STDLIB = sys.stdlib_module_names
DOMAIN = "lambda_image.domain"
# Each room may import itself and what stands here.
ARROWS = {
    DOMAIN: (),
    "lambda_image.ports": (DOMAIN,),
    "lambda_image.tracing": (),
    "lambda_image.wire": (DOMAIN,),
    "lambda_image.settings": (DOMAIN, "lambda_image.steps.filters"),
    "lambda_image.prompts": (DOMAIN, "lambda_image.ports"),
    "lambda_image.languages": (DOMAIN,),
    "lambda_image.steps": (
        DOMAIN,
        "lambda_image.languages",
        "lambda_image.ports",
        "lambda_image.prompts",
    ),
    "lambda_image.observing": (
        DOMAIN,
        "lambda_image.ports",
        "lambda_image.tracing",
        "lambda_image.wire",
        "lambda_image.steps.redact",
    ),
    "lambda_image.desk": (DOMAIN, "lambda_image.ports"),
    "lambda_image.channels": (DOMAIN, "lambda_image.ports", "lambda_image.observing"),
    "lambda_image.recognition": (DOMAIN, "lambda_image.ports", "lambda_image.steps"),
    "lambda_image.intake": (
        DOMAIN,
        "lambda_image.ports",
        "lambda_image.recognition",
        "lambda_image.steps",
        "lambda_image.observing.work",
    ),
    "lambda_image.talking": (DOMAIN, "lambda_image.ports", "lambda_image.steps", "lambda_image.languages"),
    "lambda_image.notices": (DOMAIN, "lambda_image.ports", "lambda_image.desk", "lambda_image.steps"),
    "lambda_image.aftercare": (
        DOMAIN,
        "lambda_image.ports",
        "lambda_image.desk",
        "lambda_image.steps",
        "lambda_image.observing",
    ),
    "lambda_image.pipeline": (
        DOMAIN,
        "lambda_image.ports",
        "lambda_image.aftercare.attempts",
        "lambda_image.desk",
        "lambda_image.steps",
        "lambda_image.observing.work",
    ),
    "lambda_image.adapters": (
        DOMAIN,
        "lambda_image.ports",
        "lambda_image.tracing",
        "lambda_image.wire",
        "lambda_image.steps.repairing.verify",
        "knowledge",
    ),
    "knowledge": (),
}
ROOMS = sorted(ARROWS, key=len, reverse=True)


def room_of(name: str) -> str | None:
    """The narrowest room that holds this module."""
    return next((room for room in ROOMS if name == room or name.startswith(f"{room}.")), None)


def ours(module: Module) -> list[str]:
    """What it imports of this project."""
    return [
        name
        for name in module.imports
        if name.split(".")[0] in {"lambda_image", "knowledge", "infra", "tests"}
    ]


# What is handed to a function, to what people read: the rooms of `lambda_image/steps`, in order.
STEPS = (
    *("words", "spans_of_time", "action_token", "redaction", "redact", "filters", "traces", "reading"),
    *("code", "answering", "proof", "editing", "repairing", "cards", "telling", "questions", "cases"),
)


def test_imports_follow_the_arrows() -> None:
    def astray(module: Module) -> list[str]:
        room = room_of(module.name)
        if room is None:
            return []
        allowed = (room, *ARROWS[room])
        return [
            name
            for name in ours(module)
            if not any(name == each or name.startswith(f"{each}.") for each in allowed)
            and name != "lambda_image"
        ]

    assert not faults(modules(), astray)


def test_every_room_is_there() -> None:
    assert {room_of(module.name) for module in modules()} == {*ARROWS, None}


def test_no_module_imports_itself_by_way_of_others() -> None:
    names = {module.name for module in modules()}
    order = TopologicalSorter({module.name: (names & module.imports) - {module.name} for module in modules()})

    order.prepare()


def test_a_room_of_the_steps_imports_only_those_before_it() -> None:
    def later(module: Module) -> list[str]:
        here = STEPS.index(module.name.split(".")[2])
        rooms = {name.split(".")[2] for name in module.imports if name.startswith("lambda_image.steps.")}
        return [room for room in sorted(rooms) if STEPS.index(room) > here]

    inside = [each for each in modules("lambda_image/steps") if each.name != "lambda_image.steps"]

    assert not faults(inside, later)


def test_the_domain_imports_the_standard_library_only() -> None:
    def foreign(module: Module) -> list[str]:
        return [name for name in module.imports if name.split(".")[0] not in STDLIB | {"lambda_image"}]

    assert not faults(modules("lambda_image/domain"), foreign)


def test_only_bootstrap_and_its_wiring_know_the_adapters() -> None:
    outside = {
        module.name
        for module in modules("lambda_image")
        if module.imports_any("lambda_image.adapters")
        and not module.name.startswith(("lambda_image.adapters", "lambda_image.wiring"))
    }

    assert outside == {"lambda_image.bootstrap"}


@pytest.mark.parametrize(
    ("package", "home"),
    [
        ("tenacity", {"lambda_image.adapters.retry"}),
        ("langchain_aws", {"lambda_image.adapters.bedrock"}),
        ("github", {"lambda_image.adapters.hosts.github", "lambda_image.adapters.hosts.github_app"}),
        ("gitlab", {"lambda_image.adapters.hosts.gitlab"}),
        ("slack_bolt", {"lambda_image.adapters.slack_app.app"}),
        ("opentelemetry", {"lambda_image.adapters.otlp"}),
        ("tree_sitter", {"lambda_image.steps.code.grammars"}),
    ],
)
def test_vendor_packages_have_one_home(package: str, home: set[str]) -> None:
    assert {module.name for module in modules("lambda_image") if module.imports_any(package)} == home


def test_aws_names_stay_in_the_adapters() -> None:
    outside = {
        module.name
        for module in modules("lambda_image")
        if module.imports_any("boto3", "botocore", "langchain", "langchain_core")
        and not module.name.startswith("lambda_image.adapters")
    }

    assert not outside


def test_one_module_reads_the_environment() -> None:
    readers = {module.name for module in modules("lambda_image", "knowledge") if "os.environ" in module.text}

    assert readers == {"lambda_image.settings"}


def test_the_product_does_not_know_the_loopback_system() -> None:
    knowing = {
        module.name
        for module in modules("lambda_image", "knowledge")
        if module.imports_any("infra", "tests")
        and module.name
        not in {
            "lambda_image.cli",
            "lambda_image.commands.explain",
            "lambda_image.commands.operate",
            "lambda_image.commands.preview",
        }
    }

    assert not knowing


def test_only_the_app_for_aws_knows_the_cdk() -> None:
    outside = {
        module.name
        for module in modules("lambda_image", "knowledge", "infra")
        if module.imports_any("aws_cdk", "constructs", "cdk_nag") and not module.name.startswith("infra.aws.")
    }

    assert not outside


def test_the_configuration_is_read_without_the_cdk() -> None:
    assert not loaded_by("infra.aws.config") & {"aws_cdk", "jsii"}


def loaded_by(module: str) -> set[str]:
    """The top-level packages in memory after a fresh interpreter imported a module."""
    code = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    run = subprocess.run(
        [sys.executable, "-c", code], env={}, capture_output=True, text=True, check=True, timeout=60
    )
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        (
            "lambda_image.pipeline",
            {"boto3", "langchain", "langchain_core", "langchain_aws", "github", "gitlab", "tree_sitter"},
        ),
        (
            "lambda_image.handlers.intake",
            {
                "aws_lambda_powertools",
                "babel",
                "boto3",
                "github",
                "gitlab",
                "jinja2",
                "langchain",
                "langchain_aws",
                "langchain_core",
                "opentelemetry",
                "requests",
                "slack_bolt",
                "slack_sdk",
                "tree_sitter",
            },
        ),
    ],
)
def test_heavy_packages_wait_until_needed(module: str, absent: set[str]) -> None:
    assert not loaded_by(module) & absent


def test_every_module_imports_with_an_empty_environment_and_does_nothing() -> None:
    names = [
        module.name for module in modules("lambda_image", "knowledge") if not module.name.endswith("__main__")
    ]
    code = "import importlib, socket\nsocket.socket.connect = None\n" + "\n".join(
        f"importlib.import_module({name!r})" for name in names
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
