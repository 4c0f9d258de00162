"""What opens a source that not everybody may read: never shown, and sent to the source's own host only."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Literal, cast

from knowledge.errors import SourceUnusable

Kind = Literal["basic", "bearer", "cookie"]
_FORMS = '{"basic": "user:password"}, {"bearer": "token"} or {"cookie": "name=value"}'


@dataclass(frozen=True, slots=True)
class Access:
    """One secret. `basic` is user:password, `bearer` a token, `cookie` what a Cookie header holds."""

    kind: Kind
    secret: str = field(repr=False)

    @property
    def header(self) -> tuple[str, str]:
        """The header that carries it."""
        if self.kind == "cookie":
            return "Cookie", self.secret
        if self.kind == "bearer":
            return "Authorization", f"Bearer {self.secret}"
        return "Authorization", f"Basic {base64.b64encode(self.secret.encode()).decode()}"

    @property
    def basic(self) -> str:
        """As user:password, for what takes no other; a token is then a password."""
        return self.secret if self.kind == "basic" else f"x-access-token:{self.secret}"


def access_from(text: str) -> Access:
    """Read a secret: a JSON object of one kind, or a bare token. Raises SourceUnusable."""
    text = text.strip()
    if not text.startswith("{"):
        return _checked("bearer", text)
    try:
        told = json.loads(text)
        ((kind, secret),) = told.items()
    except (ValueError, AttributeError):
        raise SourceUnusable(f"the source's secret is not understood; store one of {_FORMS}") from None
    return _checked(kind, secret)


def _checked(kind: object, secret: object) -> Access:
    good = kind in ("basic", "bearer", "cookie") and isinstance(secret, str) and secret.isprintable()
    if not good or not secret or (kind == "basic" and ":" not in str(secret)):
        raise SourceUnusable(f"the source's secret is not understood; store one of {_FORMS}")
    return Access(cast("Kind", kind), str(secret))
