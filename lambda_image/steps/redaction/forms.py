"""The forms in which people and programs write a secret that has no shape of its own: a name, then a value.

Elements, settings with a name and a value apart, command lines, SQL, sentences and session cookies. The names are
those of the public scanners' rules for generic keys (gitleaks `generic-api-key`, `hashicorp-tf-password`,
`nuget-config-password`, `curl-auth-user`; detect-secrets' keyword plugin), the flags those of the programs' manuals.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lambda_image.steps.redaction.checks import addressed, given, issued, told

# Quotes as they stand, or escaped as often as texts stand in each other.
_QUOTE = r"\\{0,15}['\"`]"
# An argument beside its name, and neither one more name of a list of them nor the next key of an object.
_NEXT = r",(?=\s?(?:default\s?=\s?)?\\{0,15}['\"])(?!\s?\\{0,15}['\"](?:(?-i:[a-z_]+)\\{0,15}['\"]|[\w.-]{1,60}\\{0,15}['\"]\s?:))"
# How a value is given to a name: `=` and what stands before it, `:`, `=>`, a quoted name before a quoted value, an XML
# attribute, a flag; then what wraps the value: PHP's dump, a list of one, DynamoDB's types, a block of YAML.
ASSIGN = (
    rf"(?: {{0,6}}{_QUOTE}|[\])]){{0,3}}[ \t]{{0,20}}(?::?\s?str(?:ing)?\s?(?==))?"
    rf"(?:=>|[:?.+!]{{0,3}}={{1,3}}|:|\|\||\?\?|(?<=\) )or|{_NEXT}|(?<=['\"])\s(?={_QUOTE}))(?:[ \t]{{4,20}}|\s{{0,3}})"
    rf"(?:string\(\d{{1,4}}\) |(?:Some|Just|Optional)[(\[]|[|>][+-]?\s{{1,30}}|\[\s?|default\s?=\s?|\{{\s?{_QUOTE}S{_QUOTE}\s?:\s?)?"
)
# Near the name is what ends it; this is looked for first, as it is quickly told.
GIVEN = r"(?=[\w. \t-]{0,60}+[=:|?,!+>'\"`\])\\])"
# A quote ends with as many backslashes as it began with, or where the line was cut off; more of them are in the value.
_OPEN = r"[bru]?(?P<open>\\{0,15})(?P<mark>['\"`])"
_CLOSE = r"(?:(?P=open){2}\\\\)*+(?P=open)(?P=mark)"
QUOTED = rf"{_OPEN}(?P<quoted>(?:(?!(?P=mark))[^\\\r\n]|(?!{_CLOSE})\\++(?P=mark)?+){{4,500}}+)(?:{_CLOSE}|(?=[\r\n]|\Z))"
# What a program calls or looks up is none.
VALUE = rf"(?:{QUOTED}|(?:[bru]?{_QUOTE})?(?P<secret>(?![A-Za-z_.]+[(\[])[^\s'\",;&<>(){{}}\[\]\\]{{6,500}}))"
# A name that goes on like this holds something about the secret, not the secret.
ABOUT = r"(?![_-]?(?:name|id|ids|ur[il]|file|path|length|size|type|endpoint|ttl|count|alias|policy|expir\w*|version(?:[_-]?id)?|hash|variable|ing)\b)"
# `vendor_key`, but no key of what is stored or sent under it.
_UNLOCKED = (
    "cache object partition sort range hash row primary foreign unique public routing message idempotency dedup s3"
    " storage lock index search group"
).split()
_APART, _JOINED = ("".join(f"(?<!{name}{between}key)" for name in _UNLOCKED) for between in (".", ""))
NAMED_KEY = rf"(?:(?:[_-]|(?<=[a-z0-9] ))key{_APART}|(?-i:(?<=[a-z0-9])Key){_JOINED})"
PASS = r"(?:pa?ss?w(?:or|r)?d|pass(?:wort|phrase|code)|pwd|_pass|kennwort|senha|contrase[nñ]a)"
ISSUED = (
    r"(?:(?<!:\d{12}:)(?<!:\*:)secret(?:[ -]\w{0,10}key)?(?!s)|(?<!csrf.)(?<!authenticity.)(?<!public)(?<!public.)(?<!web)(?<!unexpected.)token(?!i[sz])|api[_. -]?key|access[_. -]?key|private[_. -]?key"
    r"|auth(?:entication)?[_. -]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|account[_-]?key|credentials?+|creds|session[_-]?token"
    r"|authtoken|connection[_-]?string|(?<=_)auth(?=['\"]?\s?[=:])|(?<=[_-])pat(?=['\"]?\s{0,3}[=:]))"
)
NAMES = ((PASS, given), (ISSUED, issued))
PASS_HINTS = ("pass", "pwd", "pasw", "psw", "pssw", "kennwort", "senha", "contrase")
_QUOTES = r"(?:['](?P<single>[^'\r\n]{4,100})[']|\"(?P<quoted>[^\"\r\n]{4,100})\"|(?P<secret>[^\s'\"-][^\s'\"]{3,100}))"
# `name: X, value: Y`: what stands after X, the value with it.
_VALUE_APART = (
    rf"[\s,]{{1,20}}{_QUOTE}?value{_QUOTE}?\s{{0,3}}[=:]\s{{0,3}}"
    rf"(?:{_QUOTE}(?P<quoted>[^'\"\\\r\n]{{4,200}})|(?P<secret>[^\s'\"\\]{{4,200}}))"
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
            rf"(?i)\b(?:name|key){_QUOTE}?\s{{0,3}}[=:]\s{{0,3}}{_QUOTE}?[\w.-]{{0,40}}{names}\w{{0,20}}{_QUOTE}?{_VALUE_APART}",
            accept,
        )
        for names, accept in NAMES
    ),
    *(
        (
            "PASSWORD" if names is PASS else "TOKEN",
            ("</",),
            rf"(?i)<(?:\w{{1,30}}:)?[\w.-]{{0,30}}{names}{ABOUT}\w{{0,20}}(?:\s[^<>]{{0,200}})?>\s{{0,50}}(?P<secret>[^<>\s][^<>]{{3,300}})</",
            accept,
        )
        for names, accept in NAMES
    ),
    (
        "PASSWORD",
        ("pass", "pw"),
        rf"(?i)(?<![a-z])(?:pass|pw)(?:{_QUOTE}\s{{0,3}}[:=]>?|=)\s{{0,3}}{_QUOTE}?(?P<secret>[^\s'\",;&<>\\]{{6,100}})",
        given,
    ),
    # `pass: 12`, `Compile pass: Optimizer2` and `pw: none` are none.
    (
        "PASSWORD",
        ("pass", "pw"),
        r"(?<![A-Za-z])(?i:pass|pw)\s?[:=]\s?(?P<secret>(?![A-Z][a-z]{3,20}\d\b)(?=[^\s\d]{0,100}\d)(?=[^\sA-Za-z]{0,100}[A-Za-z])[^\s'\",;<>(){}]{6,100})",
        told,
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
    (
        "PASSWORD",
        ("password ",),
        r"(?i)\bwith (?:[a-z]{1,20} ){0,4}password (?P<secret>[^\s;'\"]{6,100})",
        told,
    ),
    ("PASSWORD", (" -p",), rf"\b(?:sqlcmd|bcp|osql){_MORE}-P {_QUOTES}", given),
    ("PASSWORD", ("-pass",), rf"-pass(?:in|out)? {_QUOTE}?pass:(?P<secret>[^\s'\"]{{4,100}})", given),
    ("PASSWORD", ("requirepass", "masterauth"), rf"\b(?:requirepass|masterauth) {_QUOTES}", given),
    (
        "PASSWORD",
        ("securestring",),
        rf"(?i)\bConvertTo-SecureString(?: -\w{{1,20}}){{0,4}} {_QUOTES}",
        given,
    ),
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
        addressed,
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
    # What is put into columns of which one is a secret's, in the statement or as SQLAlchemy prints it beside it.
    (
        "SQL_VALUES",
        ("insert",),
        (
            rf"(?i)\binsert\s+into\s+\S{{1,100}}\s{{0,3}}\([^()]{{0,500}}?(?:{PASS}|{ISSUED})[^()]{{0,500}}\)\s{{0,3}}values\s{{0,3}}\("
            r"(?:[^()'\"]{0,500}\)\]?\s{1,5}\[parameters: [(\[{]{1,2})?(?P<secret>[^()\r\n]{0,300}?['\"][^\r\n]{4,1000}?)[)}]"
        ),
        bool,
    ),
    # A part of a form that was posted.
    *(
        (
            "PASSWORD" if names is PASS else "TOKEN",
            ("name=",),
            rf"(?i)\bname={_QUOTE}[\w.-]{{0,40}}{names}\w{{0,20}}{_QUOTE}\s{{2,8}}(?P<secret>[^\s-]\S{{3,300}})",
            accept,
        )
        for names, accept in NAMES
    ),
    # A line of an environment, to its end; what a comma ends is an argument in program code.
    *(
        (
            "PASSWORD" if names is PASS else "TOKEN",
            PASS_HINTS if names is PASS else ("secret", "token", "key", "cred"),
            rf"(?m)^[ \t]{{0,8}}(?:export |set )?[A-Z0-9_]{{0,60}}(?i:{names}){ABOUT}[A-Z0-9_]{{0,20}}=(?P<secret>[^\s'\"`]\S{{5,500}})(?<!,)$",
            accept,
        )
        for names, accept in NAMES
    ),
)
