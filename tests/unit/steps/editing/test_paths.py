"""What a machine may change, and what never."""

from __future__ import annotations

import pytest

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.editing.paths import PathPolicy


@pytest.mark.parametrize(
    "path",
    [
        ".git/hooks/pre-commit",
        ".GitHub/workflows/ci.yml",
        "sub/.circleci/config.yml",
        ".gitlab-ci.yml",
        "ci/azure-pipelines-release.yaml",
        "Jenkinsfile",
        "docker/app.Dockerfile",
        ".pre-commit-config.yaml",
        ".gitattributes",
        ".gitmodules",
        "docs/CODEOWNERS",
        "uv.lock",
        "web/package-lock.json",
        "go.sum",
        ".env.production",
        "deploy/prod.env",
        "certs/server.key",
        "terraform.tfstate",
        "home/.ssh/config",
        "id_ed25519",
        "config/secrets.yml",
        "aws-credentials.json",
        "service-account-prod.json",
        "vendor/lib/a.go",
    ],
)
def test_never(path: str) -> None:
    with pytest.raises(PatchRefused, match="must not be changed"):
        PathPolicy(allow=("*",)).check(path, (path,), None)


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "~/x.py", "../x.py", "a/../../x.py", "a\\b.py", "C:/x.py", "a\nb.py", "a./b.py", ""],
)
def test_not_in_the_repository(path: str) -> None:
    with pytest.raises(PatchRefused):
        PathPolicy().check(path, (path,), None)


@pytest.mark.parametrize(
    "path",
    [
        "src/secrets_manager.py",
        "src/environment.py",
        "lock.py",
        "web/credentials.ts",
        "my file.py",
        "Makefile",
    ],
)
def test_ordinary_files(path: str) -> None:
    assert PathPolicy().check(f"./{path}", (path,), None) == path


def test_deny_goes_before_allow() -> None:
    policy = PathPolicy(allow=("src/*",), deny=("src/tax/*",))
    files = ("src/shop/a.py", "src/tax/a.py", "tools/a.py")

    assert policy.check("src/shop/a.py", files, None) == "src/shop/a.py"
    for path in files[1:]:
        with pytest.raises(PatchRefused, match="the settings"):
            policy.check(path, files, None)
