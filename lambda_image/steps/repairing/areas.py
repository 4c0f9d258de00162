"""Parts of a repository where a wrong change costs more, told by the words of a path."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

from lambda_image.steps.code.places import is_test

# Tests on one machine say little or nothing about what these do.
UNPROVABLE = {
    "a database migration": frozenset(
        {"migration", "migrations", "migrate", "alembic", "flyway", "liquibase", "sql"}
    ),
    "infrastructure": frozenset(
        {
            "terraform",
            "tf",
            "hcl",
            "cdk",
            "cloudformation",
            "helm",
            "k8s",
            "kubernetes",
            "ansible",
            "pulumi",
            "infra",
        }
        | {"infrastructure", "compose", "serverless", "bicep"}
    ),
}
CAREFUL = {
    "authentication or permissions": frozenset(
        {
            "auth",
            "authn",
            "authz",
            "authentication",
            "authorization",
            "oauth",
            "oidc",
            "saml",
            "sso",
            "jwt",
            "login",
        }
        | {
            "signin",
            "session",
            "sessions",
            "password",
            "passwords",
            "permission",
            "permissions",
            "acl",
            "rbac",
            "iam",
        }
        | {"crypto", "cipher", "encryption", "security", "mfa", "otp", "csrf"}
    ),
    "payment": frozenset(
        {"payment", "payments", "billing", "invoice", "invoices", "invoicing", "refund", "refunds", "payout"}
        | {"payouts", "wallet", "tax", "taxes", "stripe", "paypal", "subscription", "subscriptions"}
    ),
}
# Files that decide how a program is built, tested or started.
_BUILDS = re.compile(
    r"(?:^|/)(?:(?:setup|noxfile|fabfile|sitecustomize|usercustomize)\.py|build\.rs|(?:gulp|Grunt)file\.\w+"
    r"|[\w.-]+\.config\.[cm]?[jt]s|pyproject\.toml|package\.json|setup\.cfg|(?:tox|pytest)\.ini|pom\.xml"
    r"|[\w.-]+\.gradle(?:\.kts)?|(?:Make|Rake)file)$"
)
BUILD, TESTS = "how the program is built", "the tests that are to prove it"
THE_TEAMS = "a part of the code that the settings call careful"
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def unprovable(paths: Iterable[str]) -> tuple[str, ...]:
    """The areas that these paths touch of which tests say little."""
    listed = [*paths]
    words = _words(listed)
    found = [area for area, marks in UNPROVABLE.items() if marks & words]
    tests, builds = any(map(is_test, listed)), any(map(_BUILDS.search, listed))
    return (*found, *([TESTS] if tests else []), *([BUILD] if builds else []))


def careful(paths: Iterable[str], patterns: Iterable[str] = ()) -> tuple[str, ...]:
    """The areas that these paths touch where a mistake is dear; `patterns` are the team's own."""
    listed = [*paths]
    words = _words(listed)
    found = [area for area, marks in CAREFUL.items() if marks & words]
    ours = any(fnmatch.fnmatchcase(path, pattern) for path in listed for pattern in patterns)
    return (*found, *([THE_TEAMS] if ours else []))


def _words(paths: Iterable[str]) -> set[str]:
    return {word.lower() for path in paths for word in _WORD.findall(path)}
