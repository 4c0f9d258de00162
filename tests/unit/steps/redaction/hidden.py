"""Secrets behind escapes, in shapes around shapes and beside labels, and what looks like them.

As in `samples`: a line and what must be gone from it, and lines that must stay as they are.
"""

from __future__ import annotations

import base64
import json

_HUNTER = "hunter2secret"


def _in_json(value: str, times: int) -> str:
    """A password in JSON that is a text in JSON, and so on."""
    said = json.dumps({"user": "bob", "password": value, "x": 1})
    for _ in range(times):
        said = json.dumps({"message": said, "level": 3})
    return said


def _packed(value: str) -> str:
    return base64.b64encode(json.dumps({"user": "bob", "password": value}).encode()).decode()


SECRETS = (
    *((_in_json('say "hi2" to them', times), "to them") for times in range(4)),
    *((_in_json("back\\slash77", times), "slash77") for times in range(4)),
    (f"payload={_packed(_HUNTER)} rejected", _packed(_HUNTER)[20:]),
    ("GET /login?password=a%20b%22c%26d9secret&x=1", "d9secret"),
    ("filter=%7B%22password%22%3A%22hunter2secret%22%7D", _HUNTER),
    ("{&quot;password&quot;:&quot;hunter2 secret&quot;}", "hunter2 secret"),
    ("\x1b[93msk-" + "615ef152bf865a131f88b23571dc4ee6\x1b[0m", "615ef152bf865a13"),
    ('{"m":"first\\n' + "ghp_" + 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"}', "a1B2c3D4e5F6"),
    ("url%3Dhttps://x%20key%20" + "AKIA" + "QYLPMN5HHHFPZAM2", "QYLPMN5HHHFPZAM2"),
    ("https://api.telegram.org/bot110201543:AA" + "HdqTcvCH1vGWJxfSe1ofSAs0K5PALDsaw/getMe", "HdqTcvCH1vGW"),
    (
        "https://hooks." + "slack.com/services/T11111AA1/BAAAA111A/qKirRWalryBGqKirRWalryBG",
        "https://hooks.sl",
    ),
    ("https://8f14e45fceea167a5a36dedd4bea2543@o1.ingest.sentry.io/2", "8f14e45fceea167a"),
    ("TOKEN ?= zx81spectrum99abc", "zx81spectrum99abc"),
    ('SECRET ::= "zx81spectrum99abc"', "zx81spectrum99abc"),
    ('var apiToken string = "zx81spectrum99abc"', "zx81spectrum99abc"),
    ('setx "API_TOKEN" "zx81spectrum99abc"', "zx81spectrum99abc"),
    ('token: process.env.API_TOKEN || "zx81spectrum99abc"', "zx81spectrum99abc"),
    ('{"api_token": {"S": "zx81spectrum99abc"}}', "zx81spectrum99abc"),
    ("{'x-session-token': [ 'zx81spectrum99abc' ]}", "zx81spectrum99abc"),
    ("map[Authorization:[Bearer zx81spectrum99abc]]", "zx81spectrum99abc"),
    ("api_key: >-\n    zx81spectrum99abc\n", "zx81spectrum99abc"),
    ("<apiToken>\n  zx81spectrum99abc\n</apiToken>", "zx81spectrum99abc"),
    ('form-data; name="password"\r\n\r\nhunter2secret\r\n--x', _HUNTER),
    ("INSERT INTO users (name, password) VALUES ('bob', 'hunter2secret')", _HUNTER),
    (
        "[SQL: INSERT INTO u (name, password) VALUES (%s, %s)]\n[parameters: ('bob', 'hunter2secret')]",
        _HUNTER,
    ),
    ("SECRET_KEY=r&lvybzry1*k+qq)=x-!=0yd5l5", "lvybzry1*k+qq)=x-!=0yd5l5"),
    ("ssh bob@10.0.0.1 (pw:hunter2secret)", _HUNTER),
    ("openssl req -passin pass:hunter2secret -new", _HUNTER),
    ("redis: requirepass hunter2secret", _HUNTER),
    ('invalid token "191e67ee-874a-054d-5e7c-524d9efe0f33"', "191e67ee-874a"),
    ("nfp_" + "0i5OM4MV7L02wV3E6rrwiTwhvEkkkPJ9C3EP refused", "0i5OM4MV7L02wV3E"),
    ('key = "' + "MIIEowIBAAKCAQEAr2Xv9vSGWkaepsORzul3KDo" + '"', "AQEAr2Xv9vSGWkaepsORzul3KDo"),
    ('{"kty":"oct","k":"WrMwQfoNaHTgXU5fZvRGAD"}', "WrMwQfoNaHTgXU5fZvRGAD"),
    ("my card is lost, card number 501800000009 is its number", "501800000009"),
    ("driver's license number is F1628-2354-0116", "F1628-2354"),
    ("date_of_birth=1984-03-02", "1984-03-02"),
    ('{"firstName":"Jane","lastName":"van der Berg"}', "der Berg"),
    ("customer_name: Jane Doe, id: 4", "Jane Doe"),
    ('"shipping_address": "12 Main Street, Springfield"', "12 Main Street"),
    ("password=unter2secret", "unter2secret"),
    ("app.py:12:secret = 'zx81spectrum99abc'", "zx81spectrum99abc"),
    ("GET /cb?code=4/0AX4XfWh2bYcZk3jf92mQp&scope=x", "0AX4XfWh2bYcZk3jf92mQp"),
    ("https://bob:30hunter2secret@example.com:8080/x", "30hunter2secret"),
)
NO_SECRETS = (
    '{"first_name": ["This field is required."]}',
    "lastName: must not be blank",
    "hostname=Web1 filename=Report",
    'secret "app-config-5f7d8" not found in namespace default',
    "no secret prod/db/password-2 in eu-west-1",
    "pass: 12, fail: 3, pw: none",
    "card 12 of 40 was dealt",
    'MONGO_NO_AUTH = "mongodb://localhost:27017/database"',
    "INSERT INTO orders (id, total) VALUES (7, 'twelve')",
    "GET /items?page=2&sort=name%20asc 200",
    "C:\\new\\tokens\\readme.txt is missing",
    "certificate MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUF was read",
    "user_3f6c1a527c0d4a0e9d1e0123456789ab was cached",
    "at run (http://localhost:3000/@modules/auth/token.js:12:5)",
    "GET http://packages.example:4873/@scope/package 404",
    "GET /items?key=orders-2024-05-01-eu-west-1 500, GET /cb?code=E_VALIDATION_1234567 400",
    "on resource: arn:aws:secretsmanager:eu-west-1:123456789012:secret:payments/prod/database-a1B2c3",
    "insert into `users` (`name`, `password`, `updated_at`) values (?, ?, ?)",
    'INSERT INTO "auth_user" ("password", "last_login") VALUES (%s, %s)',
    "missing fields: 'token', 'expires_at'",
    '{"kind":"password","createdAt2":"today"}',
    '{"errors":{"password":["must be at least 8 characters"],"token":"is required and cannot be empty"}}',
    '{"password_updated":"2024-05-01T10:00:00Z"}',
    "Credentials: software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain@4f3c2b1a",
    "SASL_SCRAM_256_AUTH = 'SASL_SCRAM_256_AUTH'",
    "SyntaxError: Unexpected token: 'identifier1234'",
    "Compile pass: Optimizer2 failed",
    "    access_key=crawler.settings['AWS_ACCESS_KEY_ID'],",
    "    creds = resolve_aws_credentials(profile)",
)
