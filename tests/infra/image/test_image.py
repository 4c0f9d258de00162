"""What is in the image and how it is run."""

from __future__ import annotations

import json

import pytest

from tests.infra.image.build import ROOT, Variants, configuration, run

pytestmark = [pytest.mark.image, pytest.mark.timeout(1_800)]
TOOLS = ("pip", "pytest", "moto", "typer", "aws_cdk", "flask", "infra", "tests", "lambda_image.cli")
UNCOMPILED = """
import importlib.util, json, pathlib
sources = pathlib.Path("/var/task").rglob("*.py")
print(json.dumps([str(each) for each in sources
    if not pathlib.Path(importlib.util.cache_from_source(str(each))).exists()]))
"""
FOUND = """
import importlib.util, json, sys
print(json.dumps([name for name in sys.argv[1:] if importlib.util.find_spec(name)]))
"""
VARIANTS = pytest.mark.parametrize("variant", ["functions", "verify"])
READABLE = "find /var/task /usr/local/bin ! -type l ! -perm -o=r"


@pytest.mark.parametrize(("variant", "handler"), [("functions", "intake"), ("verify", "verify")])
def test_it_says_how_it_is_run(image: Variants, variant: str, handler: str) -> None:
    told = configuration(getattr(image, variant))

    assert told["User"] == "1000:1000"
    assert told["WorkingDir"] == "/var/task"
    assert told["Entrypoint"] == ["/usr/local/bin/tracemend-entrypoint"]
    assert told["Cmd"] == [f"lambda_image.handlers.{handler}.handler"]


@VARIANTS
def test_its_labels_name_version_and_commit(image: Variants, variant: str) -> None:
    labels = configuration(getattr(image, variant))["Labels"]
    commit = run("git", "rev-parse", "HEAD").stdout.strip()
    told = {name.rpartition(".")[2]: text for name, text in labels.items() if name.startswith("org.")}

    assert told.items() >= {"title": "tracemend", "licenses": "Apache-2.0", "revision": commit}.items()
    assert f'version = "{told["version"]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_functions_carry_no_tools(image: Variants) -> None:
    assert inside(image.functions, FOUND, *TOOLS) == []


def test_the_interpreter_of_verify_finds_runner_and_packages_anywhere(image: Variants) -> None:
    found = inside(image.verify, FOUND, "pytest", "boto3", "moto", place="/tmp")  # noqa: S108 - a place without our code

    assert found == ["pytest", "boto3"]


@VARIANTS
def test_all_bytecode_is_there_and_anyone_may_read_it(image: Variants, variant: str) -> None:
    tag = getattr(image, variant)

    assert inside(tag, UNCOMPILED) == []
    assert in_container(tag, *READABLE.split()) == ""


def inside(tag: str, code: str, *words: str, place: str = "/var/task") -> object:
    """What a program says in JSON, run by the image's Python."""
    return json.loads(in_container(tag, "python3", "-c", code, *words, place=place))


def in_container(tag: str, *command: str, place: str = "/var/task") -> str:
    """What a command says in a container of the image."""
    name = run("buildah", "from", tag).stdout.strip()
    try:
        return run("buildah", "run", f"--workingdir={place}", name, "--", *command).stdout
    finally:
        run("buildah", "rm", name)
