"""A GitHub App: its private key becomes a token of one hour for one owner's repositories."""

from __future__ import annotations

import time
from collections.abc import Callable

from github import Auth, GithubIntegration
from jwt import PyJWTError

from lambda_image.adapters.hosts.answers import TIMEOUT
from lambda_image.adapters.hosts.github import translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError

# A token lives for an hour (GitHub REST API, "Create an installation access token"), an invocation at most a
# quarter of one.
KEPT_SECONDS = 2_400.0


class AppTokens:
    """Calling it with owner/name gives a token of the App's installation there.

    `key` gives the App's private key (PEM) when it is needed. The token may do what the App was granted, and
    no more than `permissions` says. Raises TransientError or PermanentError, also for an App that is not
    installed.
    """

    def __init__(
        self, api_url: str, app_id: str, key: Callable[[], str], permissions: dict[str, str], retry: Retry
    ) -> None:
        self._api_url = api_url
        self._app_id = app_id
        self._key = key
        self._permissions = permissions
        self._retry = retry
        self._kept: dict[str, tuple[float, str]] = {}

    def __call__(self, repository: str) -> str:
        """The token, kept for a while by owner: a token of an installation reaches all its repositories."""
        owner, _, name = repository.partition("/")
        until, token = self._kept.get(owner, (0.0, ""))
        if time.monotonic() >= until:
            token = self._retry(lambda: self._exchanged(owner, name))
            self._kept[owner] = (time.monotonic() + KEPT_SECONDS, token)
        return token

    def _exchanged(self, owner: str, name: str) -> str:
        with translated():
            app = GithubIntegration(
                auth=Auth.AppAuth(self._app_id, self._key()),
                base_url=self._api_url,
                timeout=TIMEOUT,
                retry=None,
                seconds_between_requests=None,
                seconds_between_writes=None,
            )
            try:
                installed = app.get_repo_installation(owner, name)
            except (PyJWTError, ValueError) as error:
                raise PermanentError(
                    f"the secret of the GitHub App {self._app_id} is not its private key in PEM form: {error}"
                ) from error
            return app.get_access_token(installed.id, self._permissions).token
