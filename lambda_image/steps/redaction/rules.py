"""What a secret looks like: data, applied in order; an earlier rule wins.

The knowledge is that of public scanners (gitleaks, detect-secrets), the engine is in `redact.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lambda_image.steps.redaction.checks import (
    base64_key,
    credential,
    given,
    iban,
    ip_address,
    issued,
    luhn,
    secret_key,
    sent,
    shaped,
    spoken,
    unlike_words,
    with_digit,
)
from lambda_image.steps.redaction.forms import (
    ABOUT,
    ASSIGN,
    FORMS,
    GIVEN,
    ISSUED,
    NAMED_KEY,
    PASS,
    PASS_HINTS,
    VALUE,
)
from lambda_image.steps.redaction.keys import KEYS
from lambda_image.steps.redaction.people import PEOPLE
from lambda_image.steps.redaction.phones import PHONES
from lambda_image.steps.redaction.tokens import TOKENS
from lambda_image.steps.redaction.webhooks import WEBHOOKS

# What most rules can be skipped without, looked for once in a text.
LONG_WORD = re.compile(r"[\w+/=~-]{20,}")
IBAN_BEGIN = re.compile(r"\b[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}")
LONG_NUMBER = re.compile(r"(?<![\w.-])(?!\d{4}[-/]\d\d[-/]\d\d)[+(]?\d[\d ./()-]{7,}\d")


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of secret. The group `secret` or `quoted`, or the whole match, is replaced when `accept` says yes.

    `hint` are pieces of text, in lower case, without one of which the pattern cannot match, and `gate` is a
    cheaper pattern without which it cannot: lines without secrets cost little. The pattern itself is compiled
    when it is needed, for most rules never in the life of a process.
    """

    kind: str
    pattern: str
    hint: tuple[str, ...] = ()
    accept: Callable[[str], bool] = bool
    gate: re.Pattern[str] | None = None


def _rule(
    kind: str,
    pattern: str,
    *hint: str,
    accept: Callable[[str], bool] = bool,
    gate: re.Pattern[str] | None = None,
) -> Rule:
    return Rule(kind, pattern, hint, accept, gate)


# Services whose keys have no shape of their own: what is assigned to their name is one.
SERVICES = (
    *(
        "adafruit adobe airtable algolia alibaba asana atlassian beamer bitbucket bittrex clojars "
        "cloudant cloudflare codecov cohere coinbase confluence confluent contentful datadog discord "
        "droneci dropbox etsy facebook fastly finicity finnhub flickr freshbooks gitter gocardless "
        "heroku hubspot intercom jfrog artifactory jira kraken "
    ).split(),
    *(
        "kucoin launchdarkly linear lob_ bintray linkedin looker mailgun mattermost meraki messagebird "
        "message_bird message-bird netlify newrelic new_relic new-relic nytimes okta plaid privateai "
        "private_ai private-ai rapidapi sendbird sentry snyk softlayer sonar squarespace sumo telegram "
        "travis trello twitch twitter typeform yandex zendesk "
    ).split(),
)
_SERVICE = f"(?:{'|'.join(SERVICES)})"
_ISSUED_BY = r"\\?['\"`]?(?P<secret>(?=[a-z_=/+-]{0,60}\d)[\w=/+-]{14,150}(?::[a-f0-9]{8})?)(?![\w/+-])"
# Ids that such a service gives to what happened; they tie lines together.
_TRACED = r"[\w. -]{0,20}(?:trace|span|request|event|message|issue|build|job|run|deploy|incident|session)[_. -]?id\b"

# Ends of files and no domain's: `logo@2x.png`, and what browsers print of a call, `send@app.js`.
_FILES = r"(?i:[cm]?js|[jt]sx|ts|css|html?|json|xml|png|jpe?g|gif|svg|webp|java|kt|rb|go|php|exe|dll|jar|gz|tgz|whl)"

RULES: tuple[Rule, ...] = (
    *(_rule(kind, shape, *hint, accept=accept) for kind, hint, shape, accept in KEYS),
    _rule(
        "AUTHORIZATION",
        r"(?i)\b(?:proxy-)?authorization\\?['\"]?\s*[:=]\s*\[?\\?['\"]?(?:(?P<quoted>(?:digest|aws4-hmac-sha256|negotiate)\s[^\r\n'\\]{8,})|(?:[a-z][\w-]{2,19}:?\s+(?=[^\s'\",\\]{6}))?+(?P<secret>[^\s'\",\\]{6,}))",
        "authorization",
        accept=credential,
    ),
    *(
        _rule(kind, shape, *hint, accept=shaped if random else bool, gate=None if hint else LONG_WORD)
        for kind, hint, shape, random in (*WEBHOOKS, *TOKENS)
    ),
    _rule(
        "AWS_SECRET_KEY",
        r"(?i)(?:aws|secret)[\w .-]{0,30}+\\?['\"]?\s*[:=]{1,2}>?\s*\\?['\"]?(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])",
        "aws",
        "secret",
        accept=with_digit,
    ),
    _rule(
        "AUTHORIZATION",
        r"(?i)\b(?:x-(?:[a-z]{1,20}-)?(?:api-?)?(?:key|token|secret)|x-amz-(?:security-token|signature)|jenkins-crumb|set-cookie|cookie)\\?['\"]?\s*[:=]\s*\\?['\"]?(?P<secret>[^\s'\",\\][^\r\n'\"\\,&]{5,})",
        "-key",
        "-token",
        "-secret",
        "-signature",
        "-crumb",
        "cookie",
        accept=sent,
    ),
    _rule("BEARER", r"(?i)\bbearer:?\s+(?P<secret>[\w~+/.-]{12,}={0,2})(?![\w=])", "bearer", accept=issued),
    _rule(
        "BASIC", r"(?i)\bbasic\s+(?P<secret>[A-Za-z0-9+/]{12,}={0,2})(?![\w+/=])", "basic", accept=with_digit
    ),
    _rule(
        "CURL_USER",
        r"[\s'\"](?:-u|--user)(?:['\"],\s?|[ =]{0,3})(?:\"(?P<quoted>[^\":]{0,200}:[^\"]{3,})\"|['](?P<single>[^':]{0,200}:[^']{3,})[']|(?P<secret>[^\s'\":@<]{1,200}:[^\s'\"]{3,}))",
        "curl",
        accept=lambda text: given(text.partition(":")[2]),
    ),
    # A port and a path are no password, as in `http://host:8080/@scope/package`.
    _rule(
        "URL_PASSWORD",
        r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://(?P<secret>[^\s/:@'\"<>]{0,64}:(?!\d{1,5}[/?#])[^\s'\"<>]{1,100})@(?=[\w\[])",
        "://",
        accept=lambda text: sent(text.partition(":")[2]),
    ),
    # A token instead of a user, as in Sentry's addresses.
    _rule(
        "URL_PASSWORD",
        r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://(?P<secret>[\w.~%+-]{20,200})@(?=[\w\[])",
        "://",
        accept=with_digit,
    ),
    *(_rule(kind, shape, *hint, accept=accept) for kind, hint, shape, accept in FORMS),
    _rule(
        "CONNECTION_STRING",
        r"(?i)\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig)=(?P<secret>[\w%+/=-]{20,})",
        "accountkey=",
        "sharedaccess",
        "sig=",
    ),
    _rule(
        "PASSWORD",
        rf"(?i){PASS}{ABOUT}{GIVEN}\w{{0,20}}{ASSIGN}{VALUE}",
        *PASS_HINTS,
        accept=given,
    ),
    _rule(
        "PASSWORD",
        rf"(?i)(?<![\w-])--?[\w-]{{0,20}}(?:{PASS}|secret|token|api-?key|bearer)\w{{0,10}}[ =]{{1,3}}(?:['\"](?P<quoted>[^'\"\r\n]{{4,200}})['\"]|(?P<secret>[^\s'\"<>-][^\s'\"<>]{{5,200}}))",
        "pass",
        "pwd",
        "secret",
        "token",
        "key",
        "bearer",
        accept=given,
    ),
    _rule(
        "TOKEN",
        rf"(?i){ISSUED}s?+{ABOUT}{GIVEN}\w{{0,20}}{ASSIGN}{VALUE}",
        "secret",
        "token",
        "key",
        "cred",
        "_auth",
        "_pat",
        "-pat",
        "connection",
        accept=issued,
    ),
    _rule(
        "TOKEN",
        rf"(?i){NAMED_KEY}{ABOUT}{ASSIGN}(?:[bru]?\\?['\"`])?(?P<secret>[\w+/=.-]{{16,500}})(?![\w+/])",
        "key",
        accept=secret_key,
    ),
    _rule(
        "TOKEN",
        rf"(?i)(?:(?<![a-z])|(?<=-D)){_SERVICE}{GIVEN}(?:[_. -]|api|key|token|secret|client|access|auth|login)(?!{_TRACED})[\w. -]{{0,30}}{ASSIGN}{_ISSUED_BY}",
        *SERVICES,
        accept=with_digit,
    ),
    _rule(
        "TOKEN",
        rf"(?i)(?<![a-z]){_SERVICE}{GIVEN}{ASSIGN}(?=\\?['\"`]?[\w=/+-]{{20}}){_ISSUED_BY}",
        *SERVICES,
        accept=lambda text: with_digit(text) and shaped(text),
    ),
    _rule(
        "TOKEN",
        r"(?i)(?:\b(?:api|auth\w{0,10}|access|login|sign\w{0,4})\b[\w ]{0,20} key|api-?key|credentials?|(?<!unexpected.)token|secret)s?:?\s{1,2}(?:is\s|was\s)?\\{0,7}['\"`]?(?P<secret>(?=[^\s\d]{0,60}\d)[\w+/=~-]{14,200})(?![\w+/.-])",
        "key ",
        "keys ",
        "credential",
        "token",
        "secret",
        accept=spoken,
    ),
    # A short name, then large and small letters and digits: what most services issue today.
    _rule(
        "SERVICE_TOKEN",
        r"(?<![\w.-])[a-z][a-z0-9]{1,11}(?:_[a-z0-9]{1,6}){0,2}_(?=[A-Za-z]{0,40}\d)(?=[a-z\d]{0,40}[A-Z])[A-Za-z0-9]{30,100}(?![\w-])",
        accept=unlike_words,
        gate=LONG_WORD,
    ),
    _rule(
        "TOKEN",
        r"(?i)(?:key|credentials?|token|secret)s?\s{1,2}\\?['\"`]?(?P<secret>(?=[a-z_/+-]{0,60}\d)[\w/+]{20,150}={0,2})(?![\w/+.-])",
        "key ",
        "credential",
        "token ",
        "secret ",
        accept=lambda text: (
            with_digit(text) and (len(text) > 40 or not re.fullmatch(r"[a-f0-9]+|\w+_\w+_\w+", text))
        ),
    ),
    _rule(
        "EMAIL",
        rf"\b(?!git@)[\w.+%-]{{1,64}}(?:@|%40)(?:[A-Za-z0-9-]{{1,63}}\.){{1,8}}(?!{_FILES}\b)[A-Za-z]{{2,24}}\b(?!\.{_FILES}\b)",
        "@",
        "%40",
    ),
    _rule(
        "IBAN",
        r"(?<![\w-])(?:[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?|[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,3})?)(?![\w-])",
        accept=iban,
        gate=IBAN_BEGIN,
    ),
    _rule(
        "CARD",
        r"(?<![\w.-])(?:(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6(?:011|4\d\d|5\d\d))(?:[ -]?\d{4}){3}|3[47]\d\d[ -]?\d{6}[ -]?\d{5}|4\d{12}|3(?:0[0-5]|[68]\d)\d[ -]?\d{6}[ -]?\d{4}|35\d\d(?:[ -]?\d{4}){3})(?![\w.-]?\d)",
        accept=luhn,
        gate=LONG_NUMBER,
    ),
    *(_rule(kind, shape, *hint, accept=accept) for kind, hint, shape, accept in PEOPLE),
    *(_rule("PHONE", shape, *hint, gate=None if hint else LONG_NUMBER) for hint, shape in PHONES),
    _rule("SSN", r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])", gate=LONG_NUMBER),
    _rule(
        "GENERIC_KEY",
        r"(?<![\w/+-])(?P<secret>[A-Za-z0-9+/]{40})={0,2}(?![\w/+-])",
        accept=base64_key,
        gate=LONG_WORD,
    ),
)

# Only where a team asks for it: an address often tells which of several servers failed.
ADDRESSES: tuple[Rule, ...] = (
    _rule("IP", r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)", accept=ip_address),
    _rule(
        "IP",
        r"(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4})(?![\w:])",
        "::",
        ":",
        accept=ip_address,
    ),
)
