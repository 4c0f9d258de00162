"""The examples that AWS documents: pattern, message, whether it matches.

Facts from the CloudWatch Logs User Guide, "Filter pattern syntax" and "Supported regular expressions (regex)
syntax", and from its older edition, "Filter and Pattern Syntax".
"""

from __future__ import annotations

import json

import pytest

from lambda_image.steps.filters import parse

TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "cluster.name": "c",
        "ThisFlag": True,
    }
)
USERS = json.dumps(
    {
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    }
)
STILES = '$.user.email = "John.Stiles@example.com"'
REQUEST = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
LARGE = '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /apache_pb.gif HTTP/1.0" 500 5324'
BAD, UNAUTHORIZED = "[ERROR 400] BAD REQUEST", "[ERROR 401] UNAUTHORIZED REQUEST"
MISSING, INVALID = "[ERROR 419] MISSING ARGUMENTS", "[ERROR 420] INVALID ARGUMENTS"
FIRST = "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200"
CHILD = "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310"
WARNING = "WARNING 09/25/2014 12:00:02 Invalid user request"
FAILED = "ERROR 09/25/2014 12:00:02 Failed to process request"

TERMS = [
    ("ERROR", [BAD, UNAUTHORIZED, MISSING, INVALID, "Exiting with ERRORCODE: -1"], ["error", "Error: x"]),
    ("ERROR ARGUMENTS", [MISSING, INVALID], [BAD, UNAUTHORIZED]),
    ("?ERROR ?ARGUMENTS", [BAD, UNAUTHORIZED, MISSING, INVALID, "ARGUMENTS"], ["[INFO] REQUEST FAILED"]),
    (
        "?ERROR ?ARGUMENTS REQUEST",
        ["[INFO] REQUEST FAILED", "[WARN] UNAUTHORIZED REQUEST", "[ERROR] 400 BAD REQUEST"],
        [MISSING],
    ),
    ('"INTERNAL SERVER ERROR"', ["[ERROR 500] INTERNAL SERVER ERROR"], ["INTERNAL ERROR SERVER"]),
    ("ERROR -ARGUMENTS", [BAD, UNAUTHORIZED], [MISSING, INVALID]),
    ('ERROR -"BAD REQUEST"', [UNAUTHORIZED], [BAD]),
    ('" "', [BAD, "", "word"], []),
    ("", [BAD, "", "word"], []),
    ("ERROR WARN", ["ERROR WARN message"], ["ERROR message", "WARN message"]),
    ("?ERROR ?WARN", ["ERROR WARN message", "ERROR message", "WARN message"], ["message"]),
    ("ERROR -WARN", ["ERROR message"], ["ERROR WARN message", "WARN message"]),
]
JSON = [
    ('{ $.eventType = "UpdateTrail" }', [TRAIL], [USERS, "not JSON", '"UpdateTrail"', "[1]"]),
    ("{ $.sourceIPAddress != 123.123.* }", [TRAIL], ['{"sourceIPAddress": "123.123.1.1"}', "{}"]),
    ('{ $.arrayKey[0] = "value" }', [TRAIL], ['{"arrayKey": "value"}', '{"arrayKey": []}']),
    ("{ $.eventType = %Trail% }", [TRAIL], [USERS]),
    ("{ $.arrayKey[*] = %val.{2}% }", [TRAIL], ['{"arrayKey": ["val"]}']),
    (r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }", [TRAIL], [USERS]),
    ("{ $.['cluster.name'] = \"c\" }", [TRAIL], ['{"cluster": {"name": "c"}}']),
    ("{ $.objectList[1].id = 2 }", [TRAIL], [USERS]),
    ("{ $.SomeObject IS NULL }", [TRAIL], [USERS, '{"SomeObject": 0}']),
    ("{ $.SomeOtherObject NOT EXISTS }", [TRAIL, "{}"], ['{"SomeOtherObject": null}', "plain"]),
    ("{ $.ThisFlag IS TRUE }", [TRAIL], ['{"ThisFlag": "true"}', '{"ThisFlag": 1}', '{"ThisFlag": false}']),
    ("{ $.ThisFlag IS FALSE }", ['{"ThisFlag": false}'], [TRAIL, '{"ThisFlag": 0}']),
    ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', [USERS], [TRAIL]),
    ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', [], [USERS]),
    (
        f"{{ {STILES} || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }}",
        [USERS],
        [],
    ),
    (
        f"{{ ({STILES} || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }}",
        [],
        [USERS],
    ),
    ("{ $.coordinates[1][2] = 6 }", [USERS], [TRAIL]),
    ("{ $.users = 1 }", [], ['{"users": [1, 2, 3]}']),
    ("{ $.users != 1 }", ['{"users": 2}'], ['{"users": [1, 2, 3]}', '{"users": {}}', '{"users": true}']),
    ("{ $.bandwidth > 75 }", ['{"bandwidth": 75.1}'], ['{"bandwidth": 75}', '{"bandwidth": "x"}']),
    ("{ $.latency < 50 }", ['{"latency": 49}', '{"latency": -1e3}'], ['{"latency": 50}']),
    ("{ $.refreshRate >= 60 }", ['{"refreshRate": 60.0}'], ['{"refreshRate": 59.9}']),
    ("{ $.responseTime <= 5 }", ['{"responseTime": 5}'], ['{"responseTime": 5.01}']),
    ("{ $.errorCode = 400}", ['{"errorCode": 400}', '{"errorCode": 4e2}', '{"errorCode": "400"}'], ["{}"]),
    ("{ $.errorCode != 500 }", ['{"errorCode": 400}'], ['{"errorCode": 500}', '{"errorCode": 500.0}']),
    ("{ $.number[0] = 1e+3 }", ['{"number": [1000]}'], ['{"number": [1]}']),
    ("{ $.number[0] != 1e-3 }", ['{"number": [1]}'], ['{"number": [0.001]}']),
    ("{ $.latency > +1000 }", ['{"latency": 1001}'], ['{"latency": 1000}']),
    ("{ $.latency = * }", ['{"latency": 5}', '{"latency": ""}'], ["{}", '{"latency": null}']),
    ("{ $.eventName = *Event }", ['{"eventName": "PutEvent"}'], ['{"eventName": "EventId"}']),
    ("{ $.eventName = Event* }", ['{"eventName": "EventId"}'], ['{"eventName": "PutEvent"}']),
    ("{ $.eventName = Ev*ent }", ['{"eventName": "Ev*ent"}'], ['{"eventName": "Ev-ent"}']),
    ('{ $.n = "123" }', ['{"n": 123}', '{"n": "123"}'], ['{"n": 123.0}']),
    ('{ $.n = "12*" }', ['{"n": 123}', '{"n": 12.5}'], ['{"n": 312}']),
    (r'{ $.m = "error \"message\"" }', ['{"m": "error \\"message\\""}'], ['{"m": "error"}']),
]
FIELDS = [
    (
        r"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
        [REQUEST],
        [LARGE, BAD],
    ),
    ("[..., request =*.html*, status_code = 4*, bytes]", [REQUEST], [LARGE, "404"]),
    (
        "[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]",
        [REQUEST, REQUEST.replace("404", "410")],
        [REQUEST.replace("404", "411")],
    ),
    ("[w1=ERROR, w2]", [FAILED], [FIRST, CHILD, WARNING, "ERROR"]),
    ("[w1=ERROR || w1=WARNING, w2]", [WARNING, FAILED], [FIRST, CHILD]),
    ("[w1!=ERROR && w1!=WARNING, w2]", [FIRST, CHILD], [WARNING, FAILED]),
    ("[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]", [FIRST], [CHILD]),
    (
        "[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, response_time]",
        [CHILD],
        [FIRST],
    ),
    ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", [REQUEST, LARGE], [BAD]),
    ("[ip, user, username, timestamp, request, status_code = 200, bytes]", [], [REQUEST]),
    ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", [REQUEST], [LARGE]),
    (
        "[ip, user, username, timestamp, request, status_code = 4* && status_code != 403, bytes]",
        [REQUEST],
        [LARGE],
    ),
    ("[ip, user, ..., status_code, bytes]", [REQUEST, "a b 404 1"], ["a 404 1"]),
    ("[ip, user, ...]", [REQUEST, "a b"], ["a"]),
    ("[..., request=*.html*, status_code=4*,]", [REQUEST], [LARGE]),
    ("[ip, user, username, timestamp = 10/Oct*, ...]", [REQUEST], [BAD]),
    (
        '[timestamp=*Z, request_id="*-*", event]',
        ["2026-11-23T08:00:00.000Z\t3f6c-11\tERROR it broke badly"],
        ["START RequestId: 3f6c-11", "2026-11-23T08:00:00.000Z 3f6c-11"],
    ),
]
EXPRESSIONS = [
    ("%AUTHORIZED%", [UNAUTHORIZED, "[SUCCESS 200] AUTHORIZED REQUEST"], [BAD]),
    ("%^[hc]at%", ["hat", "cat food"], ["that", "a cat"]),
    ("%[hc]at$%", ["hat", "a cat"], ["cat food"]),
    ("%colou?r%", ["color", "colour"], ["colouur"]),
    ("%[abcx-z]%", ["a", "y"], ["d", "w"]),
    ("%^a{3,5}$%", ["aaa", "aaaa", "aaaaa"], ["aa", "aaaaaa"]),
    ("%gra|ey%", ["gray", "grey"], ["grou"]),
    (
        "%^starting|^initializing|^shutting down%",
        ["starting", "initializing x", "shutting down"],
        ["skipping initializing x"],
    ),
    ("%abcc|ab[^c]$%", ["abcc x", "aba"], ["aac x", "abc"]),
    (r"%\[.\]%", ["[a]", "[7]", "[@]", "[]]", "[ ]"], ["[]", "a"]),
    (r"%10\.10\.0\.1%", ["from 10.10.0.1"], ["10010,051"]),
    ("%10.10.0.1%", ["10010,0.1", "10.10.0.1"], ["10.10"]),
    ("%ab*c%", ["ac", "abc", "abbbc"], ["adc"]),
    ("%^ab[0-9]*$%", ["ab", "ab0", "ab129"], ["abc"]),
    ("%ab+c%", ["abc", "abbc", "abbbc"], ["ac"]),
    ("%.at%", ["hat", "4at", "#at", " at"], ["at"]),
    (r"%\d%", ["a1"], ["a"]),
    (r"%^\D$%", ["a", "é"], ["1"]),
    (r"%a\sb%", ["a b", "a\tb", "a\nb"], ["ab"]),
    (r"%^\S+$%", ["a\xb7b"], ["a b"]),
    (r"%^\w+$%", ["a_1"], ["a-1", "é"]),
    (r"%\W%", ["a-1"], ["a_1"]),
    (r"%\x3A%", ["a:b"], ["ab"]),
    (r"%\x28%", ["f(x)"], ["fx"]),
    (r"%\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}%", ["at 10.1.2.3"], ["10.1.2"]),
    ("%[Ee]rror|[Ff]ail%", ["Error", "error", "Fail", "fail"], ["ERROR"]),
]


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [*TERMS, *JSON, *FIELDS, *EXPRESSIONS],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_documented_examples(pattern: str, fitting: list[str], others: list[str]) -> None:
    parsed = parse(pattern)

    assert [message for message in fitting if not parsed.matches(message)] == []
    assert [message for message in others if parsed.matches(message)] == []
