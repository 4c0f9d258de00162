"""Addresses that are a secret as a whole: whoever knows them may post there, or call in their owner's name.

The forms are those that the services document.
"""

from __future__ import annotations

_SCHEME = r"(?:(?:https?|wss?)://)?"

# Kind, what must stand in the text in lower case, the shape, and whether it must look random.
WEBHOOKS: tuple[tuple[str, tuple[str, ...], str, bool], ...] = (
    (
        "SLACK_WEBHOOK",
        ("hooks.slack",),
        _SCHEME + r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[\w/+-]{20,}",
        True,
    ),
    (
        "DISCORD_WEBHOOK",
        ("/webhooks/",),
        _SCHEME + r"(?:\w{1,20}\.)?discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/\d{10,25}/[\w-]{20,}",
        True,
    ),
    (
        "TEAMS_WEBHOOK",
        ("webhook.office.com", "outlook.office.com/webhook/"),
        _SCHEME
        + r"(?:[\w-]{1,60}\.)?(?:webhook\.office\.com/webhookb2|outlook\.office\.com/webhook)/[\w@/-]{60,}",
        True,
    ),
    (
        "WEBHOOK",
        ("hooks.zapier.com", "maker.ifttt.com", "events.pagerduty.com/integration/", "hooks.chime.aws"),
        _SCHEME
        + r"(?:hooks\.zapier\.com/hooks/catch/|maker\.ifttt\.com/(?:trigger|use)/|events\.pagerduty\.com/integration/"
        r"|hooks\.chime\.aws/incomingwebhooks/)[\w/?=-]{16,}",
        True,
    ),
    (
        "API_KEY",
        ("infura.io/", "alchemy.com/", "quiknode.pro/"),
        _SCHEME + r"[\w.-]{1,60}\.(?:infura\.io|g\.alchemy\.com|quiknode\.pro)/(?:ws/)?(?:v\d/)?[\w-]{20,}",
        True,
    ),
)
