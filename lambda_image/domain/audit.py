"""Entries of the audit trail: for each question to a model, act on a pull request, and request of people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """US dollars for a million tokens `read` and `written` by the models whose id ends with `model`."""

    model: str
    read: float
    written: float


@dataclass(frozen=True, slots=True)
class Origin:
    """When (milliseconds since the epoch), where and for which problem something was done."""

    at: int
    function: str
    request_id: str
    incident: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One question of the product to its chain of models.

    `prompt_version` is the hash of the template; `asked` the chain in its order, `answered` who did, empty
    for nobody. Tokens and seconds are sums over all tries. `usd` is None without a known price. `outcome` is
    "answered" or the name of our error. `system`, `user` and `answer` are there only where the setting
    `audit_content` asks for them; they are redacted, as the model saw them.
    """

    origin: Origin
    prompt: str
    prompt_version: str
    asked: tuple[str, ...]
    answered: str
    input_tokens: int
    output_tokens: int
    seconds: float
    usd: float | None
    outcome: str
    system: str | None = None
    user: str | None = None
    answer: str | None = None
    kind: str = "model-call"


@dataclass(frozen=True, slots=True)
class PullRequestAction:
    """One act on a pull request.

    `action` is opened, updated, left (it was closed, or people had worked on its branch), commented, or
    refused, with the error's name in `reason`. `commit` is the one that the change was proved on, `plan` the
    hash of all that was to be written, `proof` the verdict that allowed it; a comment has neither commit nor
    proof.
    """

    origin: Origin
    action: str
    repository: str
    branch: str
    commit: str
    plan: str
    proof: str
    url: str = ""
    reason: str = ""
    kind: str = "pull-request"


@dataclass(frozen=True, slots=True)
class ChannelRequest:
    """What somebody asked for in the channel, by a button or in words.

    `by` is who, empty where nobody told. `outcome` is what the ledger made of it: noted, before, unknown, or
    withdrawn where it could not be done. The words are not kept.
    """

    origin: Origin
    verb: str
    by: str
    outcome: str
    kind: str = "channel-request"


Entry = ModelCall | PullRequestAction | ChannelRequest
