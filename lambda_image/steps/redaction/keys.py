"""Private keys in the forms in which they are kept, and credentials in base64 of JSON."""

from __future__ import annotations

import re

from lambda_image.steps.redaction.checks import holds_credentials
from lambda_image.steps.redaction.forms import Form

# Of a key there is at least one line, and not only the words around it.
_LINE = re.compile(r"[A-Za-z0-9+/=]{16}")

KEYS: tuple[Form, ...] = (
    (
        "PRIVATE_KEY",
        ("private key",),
        r"-----BEGIN [A-Z0-9 _-]{0,100}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S]){4,20000}(?:-----END [A-Z ]{0,30}-----)?",
        lambda text: _LINE.search(text) is not None,
    ),
    (
        "PRIVATE_KEY",
        ("private key",),
        r"(?m)(?:^[A-Za-z0-9+/=]{1,76}\r?\n){1,400}-----END [A-Z ]{0,30}PRIVATE KEY",
        bool,
    ),
    # The same as base64 of all of it: `-----BEGIN RSA PRIVATE KEY` and its like.
    (
        "PRIVATE_KEY",
        ("ls0tls1crudjtib",),
        r"LS0tLS1CRUdJTiB(?:SU0EgUFJJ|EU0EgUFJJ|FQyBQUkl|QUklWQVR|PUEVOU1NI|FTkNSWVBU)[\w+/=-]+",
        bool,
    ),
    # Without the lines around it: how the keys of PKCS 1 and 8, of SEC 1 and OpenSSH begin in base64.
    (
        "PRIVATE_KEY",
        ("mii", "mig", "mih", "ccaqee", "mc4caqawbqydk2v", "b3blbnnzac1rzxktdje"),
        (
            r"(?<![\w+/])(?:MII[\w+/]{3}IBA[AD]|MI[GH][\w+/]AgE[AB]|M[GH]cCAQEE|MC4CAQAwBQYDK2V|b3BlbnNzaC1rZXktdjE)"
            r"[\w+/]{16,}(?:\\{0,7}\s{1,20}[\w+/]{16,})*[\w+/=]*"
        ),
        bool,
    ),
    # As .NET writes it in XML, and as a JSON Web Key.
    (
        "PRIVATE_KEY",
        ("<rsakeyvalue>",),
        r"<(?:D|P|Q|DP|DQ|InverseQ)>(?P<secret>[\w+/=]{10,2000})[.]{0,3}<",
        bool,
    ),
    (
        "PRIVATE_KEY",
        ('"kty', "'kty"),
        r"['\"](?:d|k|p|q|dp|dq|qi)\\{0,7}['\"]\s?:\s?\\{0,7}['\"](?P<secret>[\w-]{20,})",
        bool,
    ),
    ("PRIVATE_KEY", ("putty-user-key-file",), r"(?i)PuTTY-User-Key-File-\d[\s\S]{4,20000}", bool),
    (
        "ENCODED",
        ("eyj", "eya", "eyi", "ewo", "ew0", "w3s"),
        r"(?<![\w+/-])(?:ey[AIJ]|ewo|ew0|W3s)[A-Za-z0-9_+/-]{20,}+={0,2}(?!\.)",
        holds_credentials,
    ),
)
