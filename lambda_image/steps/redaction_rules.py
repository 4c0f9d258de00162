"""What a secret looks like: data, applied in order. Names in comments are those of public secret scanners."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


def _luhn(text: str) -> bool:
    """ISO/IEC 7812: the check digit of card numbers."""
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _iban(text: str) -> bool:
    """ISO 13616: the number modulo 97 is 1."""
    plain = text.replace(" ", "")
    return int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1


def _mixed(text: str) -> bool:
    """Letters and digits both, as in generated keys and in few words."""
    return any(each.isdigit() for each in text) and any(each.isalpha() for each in text)


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of secret. The group `secret`, or the whole match, is replaced when `accept` says yes.

    `hint` is a piece of text without which the pattern cannot match; looking for it first keeps lines
    without secrets cheap.
    """

    kind: str
    pattern: re.Pattern[str]
    hint: tuple[str, ...] = ()
    accept: Callable[[str], bool] = bool


def _rule(kind: str, pattern: str, *hint: str, accept: Callable[[str], bool] = bool, flags: int = 0) -> Rule:
    return Rule(kind, re.compile(pattern, flags), hint, accept)


_KEY_WORD = (
    r"(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|auth[_-]?key"
    r"|client[_-]?secret|credentials?|signature|session[_-]?id|connection[_-]?string|account[_-]?key)"
)
# gitleaks: private-key, jwt, github-*, gitlab-pat, slack-*, aws-access-token, gcp-api-key, stripe, npm, pypi,
# sendgrid, openai, anthropic, telegram, twilio, digitalocean, huggingface, generic-api-key. detect-secrets: Basic Auth.
RULES: tuple[Rule, ...] = (
    _rule(
        "PRIVATE_KEY",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S]){0,20000}(?:-----END [A-Z ]{0,30}-----)?",
        "PRIVATE KEY",
    ),
    _rule(
        "PRIVATE_KEY",
        r"(?:^[A-Za-z0-9+/=]{1,76}\r?\n){1,400}-----END [A-Z ]{0,30}PRIVATE KEY",
        "PRIVATE KEY",
        flags=re.MULTILINE,
    ),
    _rule("JWT", r"(?<!\w)(?<!J-)eyJ[\w-]{8,1000}+\.[\w-]{8,}+(?:\.[\w-]*+)?", "eyJ"),
    _rule("GITHUB_TOKEN", r"\bgh[pousr]_[A-Za-z0-9._-]{30,}|\bgithub_pat_\w{40,}", "gh", "github_pat_"),
    _rule("GITLAB_TOKEN", r"\bgl(?:pat|ptt|rt|dt|agent|soat|ft|imt|cbt)-[\w.-]{18,}", "gl"),
    _rule("SLACK_TOKEN", r"\bxox[abeprs](?:\.xox[bp])?-[\w-]{8,}|\bxapp-\d-[\w-]{10,}", "xox", "xapp-"),
    _rule(
        "SLACK_WEBHOOK",
        r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[\w/+-]{20,}",
        "hooks.slack.com",
    ),
    _rule("AWS_ACCESS_KEY", r"\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b", "A"),
    _rule(
        "AWS_SECRET_KEY",
        r"(?i)(?:aws|secret)[\w .-]{0,30}['\"]?\s*[:=]{1,2}>?\s*['\"]?(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])",
    ),
    _rule(
        "GOOGLE_KEY", r"\bAIza[\w-]{35}|\bya29\.[\w.-]{20,}|\bGOCSPX-[\w-]{20,}", "AIza", "ya29.", "GOCSPX-"
    ),
    _rule("STRIPE_KEY", r"\b(?:sk|rk|pk|whsec)_(?:test|live|prod)?_?[A-Za-z0-9]{16,}", "k_", "whsec_"),
    _rule("API_KEY", r"\bsk-(?:ant-|proj-|svcacct-|or-)?[\w-]{20,}", "sk-"),
    _rule("NPM_TOKEN", r"\bnpm_[A-Za-z0-9]{36}", "npm_"),
    _rule("PYPI_TOKEN", r"\bpypi-[\w-]{50,}", "pypi-"),
    _rule("SENDGRID_KEY", r"\bSG\.[\w-]{16,}\.[\w-]{16,}", "SG."),
    _rule("TWILIO_KEY", r"\b(?:SK|AC)[0-9a-f]{32}\b", "SK", "AC"),
    _rule("MAILGUN_KEY", r"\b(?:key|pubkey)-[0-9a-f]{32}\b", "key-"),
    _rule("HUGGINGFACE_TOKEN", r"\b(?:hf|api_org)_[A-Za-z]{30,}", "hf_", "api_org_"),
    _rule("DIGITALOCEAN_TOKEN", r"\bdo[opr]_v1_[0-9a-f]{64}", "_v1_"),
    _rule(
        "SERVICE_TOKEN",
        r"\b(?:shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|sq0(?:atp|csp)-[\w-]{20,}|EAAA[\w-]{50,}|dapi[0-9a-f]{32}|PMAK-[\w-]{50,}|lin_api_\w{30,}|dp\.pt\.\w{40,}|hv[sb]\.[\w-]{80,}|glsa_\w{30,}|NRAK-[A-Z0-9]{27}|rubygems_[0-9a-f]{48}|AGE-SECRET-KEY-1\w{50,}|\d{8,10}:AA[\w-]{32,})",
    ),
    _rule(
        "AUTHORIZATION",
        r"(?i)\b(?:authorization|proxy-authorization|x-api-key|x-auth-token|cookie|set-cookie)['\"]?\s*[:=]\s*['\"]?(?:(?:bearer|basic|token|digest|aws4-hmac-sha256|apikey)\s+)?(?P<secret>[^\s'\",][^\r\n'\",]{5,})",
    ),
    _rule("BEARER", r"(?i)\bbearer\s+(?P<secret>[\w~+/.=-]{12,})"),
    _rule(
        "URL_PASSWORD",
        r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/:@'\"]{0,200}:(?P<secret>[^\s/@'\"]{1,200})@",
        "://",
    ),
    _rule(
        "CONNECTION_STRING",
        r"(?i)\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig)=(?P<secret>[\w%+/=-]{20,})",
        "=",
    ),
    _rule(
        "PASSWORD",
        rf"(?i)(?:\b|_|\w){_KEY_WORD}(?:\b|(?=_))\w{{0,20}}['\"]?\]?\s*(?:=>|:=|=|:|\bis\b)\s*(?:b?['\"](?P<quoted>[^'\"\r\n]{{4,}})['\"]|(?P<secret>[^\s'\",;&<>{{}}()\[\]]{{6,}}))",
    ),
    _rule("EMAIL", r"\b[\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b", "@"),
    _rule("IBAN", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", accept=_iban),
    _rule(
        "CARD",
        r"(?<![\w.-])(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|3[47]\d\d|6(?:011|4|5)\d{1,2})(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?![\w.-]?\d)",
        accept=_luhn,
    ),
    _rule(
        "PHONE",
        r"(?<![\w.+-])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}(?:[ .-]?\d{2,4}){2,4}(?![\w-])|(?<![\w.-])\(\d{3}\) ?\d{3}-\d{4}\b",
        "+",
        "(",
    ),
    _rule("SSN", r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])", "-"),
    _rule(
        "GENERIC_KEY",
        r"(?<![\w/+-])(?=[A-Za-z0-9+/_-]*[A-Z])(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*\d)(?P<secret>[A-Za-z0-9+/_-]{40})={0,2}(?![\w/+-])",
        accept=_mixed,
    ),
)
