"""The forms in which people and programs write a secret that has no shape of its own: a name, then a value.

Elements, settings with a name and a value apart, command lines, SQL, sentences and session cookies. The names are
those of the public scanners' rules for generic keys (gitleaks `generic-api-key`, `hashicorp-tf-password`,
`nuget-config-password`, `curl-auth-user`; detect-secrets' keyword plugin), the flags those of the programs' manuals.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lambda_image.steps.redaction.checks import given, issued, told, with_digit

# Quotes as they stand, escaped once or more, or written as JSON, a URL and HTML write them.
_QUOTE = r"(?:\\{0,7}['\"]|\\{1,3}u002[27]|%2[27]|&quot;|&#0?3[49];)"
# What colours a name and its value apart.
_COLOUR = r"(?:\x1b\[[\d;]{0,8}m){0,2}"
# How a value is given to a name: `=`, `:`, `=>`, quotes that may be escaped, an XML attribute, a flag, PHP's dump.
ASSIGN = (
    rf"(?:{_QUOTE}|\]){{0,3}}[ \t]{{0,20}}{_COLOUR}(?:=>|:=|==?|:|%3[ad]|,(?=\s?\\?['\"]))"
    rf"(?:[ \t]{{4,20}}|\s{{0,3}}){_COLOUR}(?:string\(\d{{1,4}}\) |(?:Some|Just|Optional)[(\[])?"
)
VALUE = (
    # Between quotes of one sort those of the other, or escaped ones, may be a part of the value.
    r"(?:[bru]?(?:\"(?P<double>(?:\\.|[^\"\\\r\n]){4,500})\"|'(?P<single>(?:\\.|[^'\\\r\n]){4,500})'"
    r"|\\\"(?P<nested>(?:[^\"\\\r\n]|\\{2,}+\"?|\\[^\"\\]){4,500})\\\")"
    r"|[bru]?\\{0,7}['\"](?P<quoted>(?:\\[^'\"]|[^'\"\\\r\n]){4,500})\\?['\"]"
    # A quote without its end: the line was cut off.
    rf"|[bru]?{_QUOTE}?(?P<secret>[^\s'\",;&<>(){{}}\[\]\\]{{6,500}}))"
)
# A name that goes on like this holds something about the secret, not the secret.
ABOUT = r"(?![_-]?(?:name|id|ids|ur[il]|file|path|length|size|type|endpoint|ttl|count|alias|policy|expir\w*|version|hash|variable|ing)\b)"
# `vendor_key`, but no key of what is stored or sent under it.
_UNLOCKED = (
    "cache object partition sort range hash row primary foreign unique public routing message idempotency dedup s3"
    " storage lock index search group"
).split()
_APART, _JOINED = ("".join(f"(?<!{name}{between}key)" for name in _UNLOCKED) for between in (".", ""))
NAMED_KEY = rf"(?:(?:[_-]|(?<=[a-z0-9] ))key{_APART}|(?-i:(?<=[a-z0-9])Key){_JOINED})"
PASS = r"(?:password|passwd|passphrase|passcode|pwd|_pass)"
ISSUED = (
    r"(?:secret(?!s)|(?<!csrf.)(?<!authenticity.)(?<!public)(?<!public.)(?<!web)token(?!i[sz])|api[_. -]?key|access[_-]?key|private[_-]?key"
    r"|auth[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|account[_-]?key|credentials?+|creds|session[_-]?token"
    r"|authtoken|connection[_-]?string|(?<=_)auth(?=['\"]?\s?[=:])|(?<=[_-])pat(?=['\"]?\s{0,3}[=:]))"
)
_NAMES = ((PASS, given), (ISSUED, issued))
_HINTS = ("pass", "pwd", "secret", "token", "key", "cred")
_QUOTES = r"(?:['](?P<single>[^'\r\n]{4,100})[']|\"(?P<quoted>[^\"\r\n]{4,100})\"|(?P<secret>[^\s'\"-][^\s'\"]{3,100}))"
# `name: X, value: Y`: what stands after X, the value with it.
_APART = (
    r"(?:\s|\\[nrt]|,){1,20}\\?['\"]?value\\?['\"]?\s{0,3}[=:]\s{0,3}"
    r"(?:\\?['\"](?P<quoted>[^'\"\\\r\n]{4,200})|(?P<secret>[^\s'\"\\]{4,200}))"
)
_SESSION = (
    r"(?i)\b(?:JSESSIONID|PHPSESSID|ASPSESSIONID[A-Z]{0,10}|ASP\.NET_SessionId|connect\.sid|\w{1,20}_session"
    r"|sessionid|csrftoken|XSRF-TOKEN)=(?P<secret>[^\s;,&?'\"]{8,500})"
)
# What stands between a program's name and its flag, on the same command line.
_MORE = r"\b[^\r\n|;]{0,200}? "

Form = tuple[str, tuple[str, ...], str, Callable[[str], bool]]

# Kind, what must stand in the text in lower case, the pattern, and what accepts the value.
FORMS: tuple[Form, ...] = (
    # In .NET's settings the name is often in the value as well, so the pair goes.
    (
        "PASSWORD",
        ("value=",),
        rf"(?i)(?:key|name)=['\"]\w{{0,40}}{PASS}\w{{0,20}}['\"]\s{{1,5}}value=['\"][^'\"\r\n]{{4,200}}['\"]",
        lambda text: given(re.split("[\"']", text)[-2]),
    ),
    *(
        (
            "PASSWORD" if names is PASS else "TOKEN",
            ("value=", "value:", 'value"', "value'", "value\\"),
            rf"(?i)\b(?:name|key)\\?['\"]?\s{{0,3}}[=:]\s{{0,3}}\\?['\"]?[\w.-]{{0,40}}{names}\w{{0,20}}\\?['\"]?{_APART}",
            accept,
        )
        for names, accept in _NAMES
    ),
    *(
        (
            "PASSWORD" if names is PASS else "TOKEN",
            ("</", "&lt;/"),
            rf"(?i)(?:<|&lt;)(?:\w{{1,30}}:)?[\w.-]{{0,30}}{names}{ABOUT}\w{{0,20}}(?:\s[^<>&]{{0,200}})?(?:>|&gt;)(?P<secret>[^<>&\s][^<>&]{{3,300}})(?:<|&lt;)/",
            accept,
        )
        for names, accept in _NAMES
    ),
    (
        "PASSWORD",
        _HINTS[:2],
        r"(?i)(?<![a-z])pass(?:\\?['\"]\s{0,3}[:=]>?|=)\s{0,3}\\?['\"]?(?P<secret>[^\s'\",;&<>\\]{6,100})",
        given,
    ),
    (
        "PASSWORD",
        ("password",),
        r"(?i)password\s{1,3}(?:(?:is|was)\s{1,3})?\\?(?:['](?P<single>[^'\s]{4,100})[']|\"(?P<quoted>[^\"\s]{4,100})\")",
        given,
    ),
    (
        "PASSWORD",
        ("password is", "password was"),
        r"(?i)password (?:is|was):? (?P<secret>[^\s'\",;]{6,100})",
        told,
    ),
    ("PASSWORD", ("password",), r"\blogin\s{1,3}\S{1,100}\s{1,3}password\s{1,3}(?P<secret>\S{4,100})", given),
    (
        "PASSWORD",
        ("identified",),
        rf"(?i)\bidentified\s(?:with\s\S{{1,40}}\s)?(?:by|as)\s(?:password\s)?{_QUOTES}",
        given,
    ),
    ("PASSWORD", (" -p",), rf"(?i)\b(?:mysql|mariadb)\w{{0,10}}{_MORE}-p{_QUOTES}", given),
    ("PASSWORD", (" -p",), rf"(?i)\b(?:login|sshpass){_MORE}-p[ =]?{_QUOTES}", given),
    ("PASSWORD", ("redis-cli",), rf"\bredis-cli{_MORE}-a[ =]{_QUOTES}", given),
    (
        "PASSWORD",
        ("ldap",),
        rf"\bldap(?:search|modify|add|delete|whoami|passwd){_MORE}-w[ =]{_QUOTES}",
        given,
    ),
    (
        "URL_PASSWORD",
        ("jdbc:oracle",),
        r"(?i)\bjdbc:oracle:\w{1,10}:(?P<secret>[^\s/@]{1,64}/[^\s@]{1,100})@",
        bool,
    ),
    (
        "TOKEN",
        ("key=", "code=", "auth=", "signature=", "sid="),
        r"(?i)[?&](?:key|code|auth|signature|sid)=(?P<secret>[\w%.~+/=-]{16,500})",
        with_digit,
    ),
    (
        "SESSION",
        ("sessid", "sessionid", "_session=", "connect.sid=", "csrftoken=", "xsrf-token="),
        _SESSION,
        given,
    ),
    # Bundler names the credentials of a gem server after its host.
    (
        "PASSWORD",
        ("bundle_",),
        r"(?i)\bBUNDLE_\w{1,100}['\"]?\s?[=:]\s?['\"]?(?P<secret>[^\s'\":/]{1,100}:[^\s'\"/]{3,100})",
        bool,
    ),
)
