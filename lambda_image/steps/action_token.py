"""Action tokens: what a button carries, so that nobody can press one that we did not put below a card.

`<thread id>.<expiry>.<signature>`: the expiry in seconds since the epoch to the base of 16, the signature an
HMAC-SHA256 over verb, thread and expiry, cut to 128 bits (RFC 2104, section 5: at least half of the output)
in base64url. So a token serves one verb, one incident and one time; that it serves once, the ledger sees.
Words typed behind a token are not signed: whoever may press may say what they like, each of it once. Who
asked is signed by our own app, which Slack told: in the channel anybody could claim to be somebody else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from lambda_image.domain.action import Request, Verb
from lambda_image.domain.errors import InputRefused

# Seconds. Whoever looks at a card after a week looks at another problem's code.
VALID = 7 * 86_400
# Bytes.
SIGNATURE = 16
_TOKEN = re.compile(r"([\w-]{1,80})\.([0-9a-f]{1,12})\.([\w-]{22})", re.ASCII)
REFUSED = "this button is not one of ours, or it was altered; use the one below the newest card"


def sign(verb: Verb, thread_id: str, expires: int, key: bytes) -> str:
    """The token of one button; `expires` is in seconds since the epoch."""
    return f"{thread_id}.{expires:x}.{_signature(verb, thread_id, expires, key)}"


def read(verb: Verb, said: str, now: int, key: bytes) -> Request:
    """What a token that we signed asks for, with the words behind it; `now` is in seconds since the epoch.

    Raises InputRefused for one that was forged, altered, signed for another verb, or has expired. The
    signature is compared in constant time, and before the expiry is looked at.
    """
    token, _, text = said.partition(" ")
    found = _TOKEN.fullmatch(token)
    thread_id, expires, signature = found.groups() if found else ("", "0", "")
    right = _signature(verb, thread_id, int(expires, 16), key)
    if not hmac.compare_digest(right, signature):
        raise InputRefused(REFUSED)
    if int(expires, 16) < now:
        raise InputRefused("this button has expired; use `tracemend status`, or wait for the next card")
    text = text.strip()
    mark = f"{signature}.{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    return Request(verb, thread_id, mark if text else signature, text)


def vouch(by: str, said: str, key: bytes) -> str:
    """That our app says who asked this, a token with its words."""
    return _signed(("by", by, said), key)


def vouched(by: str, said: str, seal: str, key: bytes) -> str:
    """Who asked. Raises InputRefused unless our app vouched for it."""
    if not hmac.compare_digest(vouch(by, said, key).encode(), seal.encode()):
        raise InputRefused("who asks is not told by our own app")
    return by


def _signature(verb: Verb, thread_id: str, expires: int, key: bytes) -> str:
    return _signed((verb, thread_id, f"{expires:x}"), key)


def _signed(parts: tuple[str, ...], key: bytes) -> str:
    said = "\0".join(parts).encode("utf-8", "surrogatepass")
    digest = hmac.new(key, said, hashlib.sha256).digest()[:SIGNATURE]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
