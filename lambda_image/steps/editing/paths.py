"""Which files a machine may change: none that decide what runs with rights, and none that machines write."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from lambda_image.domain.errors import PatchRefused

_FOLDERS = (
    r"\.git|\.github|\.gitlab|\.gitea|\.forgejo|\.circleci|\.buildkite|\.woodpecker|\.tekton|\.teamcity"
    r"|\.semaphore|\.husky|\.azure-pipelines|\.aws|\.ssh|\.gnupg|\.kube|\.docker|node_modules|vendor|__pycache__"
)
_PIPELINES = (
    r"\.gitlab-ci\.ya?ml|\.travis\.ya?ml|\.drone\.ya?ml|\.appveyor\.ya?ml|appveyor\.ya?ml|\.cirrus\.ya?ml"
    r"|azure-pipelines[\w.-]*\.ya?ml|bitbucket-pipelines\.ya?ml|buildspec[\w.-]*\.ya?ml|cloudbuild[\w.-]*\.ya?ml"
    r"|Jenkinsfile[\w.-]*|(?:[\w.-]*\.)?Dockerfile[\w.-]*|Containerfile[\w.-]*|\.pre-commit-config\.ya?ml"
    r"|CODEOWNERS|\.gitattributes|\.gitmodules|renovate\.json5?|dependabot\.ya?ml"
)
_LOCKS = (
    r"[\w.-]+\.lock|[\w.-]+\.lockb|\.terraform\.lock\.hcl|package-lock\.json|npm-shrinkwrap\.json"
    r"|packages\.lock\.json|pnpm-lock\.ya?ml|go\.sum|gradle\.lockfile|Package\.resolved|Podfile\.lock"
)
_SECRETS = (
    r"\.env[\w.-]*|[\w.-]+\.env|[\w.-]+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg|tfstate|tfvars)"
    r"|id_(?:rsa|dsa|ecdsa|ed25519)[\w.-]*|\.netrc|_netrc|\.npmrc|\.pypirc|\.htpasswd|\.git-credentials|kubeconfig"
    r"|(?:[\w.-]*[._-])?(?:secret|credential)s?\.(?:ya?ml|json|toml|ini|cfg|conf|properties|txt)"
    r"|service[_-]?account[\w.-]*\.json"
)
_NEVER = re.compile(
    rf"(?:^|/)(?:{_FOLDERS})(?:/|$)"
    rf"|(?:^|/)(?:{_PIPELINES}|{_LOCKS}|{_SECRETS})$",
    re.IGNORECASE,
)
# What a shell, a diff's header or another system's path would read otherwise.
_ODD = re.compile(r'[\x00-\x1f\x7f"\\]|(?:^|/)\s|[\s.](?:/|$)')


@dataclass(frozen=True, slots=True)
class PathPolicy:
    """A team's own lists, as shell patterns of whole paths in which `*` takes `/` too.

    Where something is to `allow`, nothing else may be changed; `deny` goes before it. Neither lets a file be
    changed that no machine may change.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()

    def check(self, path: str, files: Collection[str], only: Collection[str] | None) -> str:
        """The clean path of one of the `files` (and of those that were shown). Raises PatchRefused."""
        parts = PurePosixPath(path).parts
        clean = str(PurePosixPath(path))
        if not parts or path.startswith(("/", "~")) or ".." in parts or _ODD.search(clean) or ":" in parts[0]:
            raise PatchRefused(f"{path} leads out of the repository")
        if reason := self._held(clean):
            raise PatchRefused(f"{clean} must not be changed by a machine: {reason}")
        if clean not in files:
            raise PatchRefused(f"there is no file {clean} at this commit, or it is a link{_shown(only)}")
        if only is not None and clean not in only:
            raise PatchRefused(f"{clean} was not shown{_shown(only)}")
        return clean

    def _held(self, path: str) -> str | None:
        if _NEVER.search(path):
            return "it decides what runs, holds secrets or is written by a tool"
        if any(fnmatch.fnmatchcase(path, pattern) for pattern in self.deny):
            return "the settings deny it"
        if self.allow and not any(fnmatch.fnmatchcase(path, pattern) for pattern in self.allow):
            return "the settings allow other files only"
        return None


# A team without lists.
ANY_PATH = PathPolicy()


def _shown(only: Collection[str] | None) -> str:
    return f"; only {', '.join(only)} may be changed" if only else ""
