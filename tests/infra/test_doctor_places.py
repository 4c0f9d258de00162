"""Whether the wiki's secret and an existing network are there and lead where the functions go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.aws.direct import DirectChannel
from infra.aws.doctor import slack
from infra.aws.doctor.network import DOMAIN_ROLE
from lambda_image.domain.errors import PermanentError
from tests.infra.account import REGION, Account
from tests.infra.configs import CHANNELS, config


@pytest.mark.parametrize(
    ("secret", "ok", "said"),
    [
        (None, False, "there is no secret wiki"),
        ("a bare token", False, "not understood"),
        ('{"other.example.com": {"bearer": "t"}}', False, "opens none of wiki.example.com"),
        ('{"wiki.example.com": {"bearer": "t"}}', True, "opens wiki.example.com"),
    ],
)
def test_the_secret_of_the_wiki_is_read(account: Account, secret: str | None, *, ok: bool, said: str) -> None:
    if secret:
        account.client("secretsmanager").create_secret(Name="wiki", SecretString=secret)

    check = account.examined(config(wiki={"sources": ["https://wiki.example.com/"], "secret": "wiki"}))[
        "wiki.secret"
    ]

    assert (check.ok, said in check.detail) == (ok, True)
    assert "bearer" not in check.detail or not ok


GOOD = '{"url": "https://hooks.example.com/SECRET-PATH", "key": "SECRET-KEY"}'


@pytest.mark.parametrize(
    ("secret", "ok", "said"),
    [
        (None, False, "there is no secret tracemend/pager"),
        ("https://hooks.example.com/SECRET-PATH", False, "store its secret as a JSON object"),
        (GOOD.replace("example.com", "example.net"), False, "is not an https address at hooks.example.com"),
        ('{"url": "https://hooks.example.com/SECRET-PATH"}', False, "has no key to sign with"),
        (GOOD, True, "holds an address at hooks.example.com"),
    ],
)
def test_the_secret_of_a_channel_is_read(
    account: Account, secret: str | None, *, ok: bool, said: str
) -> None:
    if secret:
        account.client("secretsmanager").create_secret(Name="tracemend/pager", SecretString=secret)

    check = account.examined(config(channels=[CHANNELS[1]]))["channels.pager"]

    assert (check.ok, said in check.detail) == (ok, True)
    assert "SECRET" not in check.detail + check.fix


NOT_THERE = PermanentError(
    "the channel ops-room: chat.scheduleMessage answers not_in_channel; invite the app"
)


@dataclass
class Api:
    """Slack as a token finds it."""

    may: set[str] | Exception
    posts: Exception | None = None
    called: list[tuple[str, str]] = field(default_factory=list)

    def scopes(self) -> frozenset[str]:
        """Of the token."""
        if isinstance(self.may, Exception):
            raise self.may
        return frozenset(self.may)

    def write(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Plan a message, or take it back."""
        self.called.append((method, body.get("scheduled_message_id", "")))
        if self.posts:
            raise self.posts
        return {"scheduled_message_id": "Q1"}


@pytest.mark.parametrize(
    ("stored", "api", "ok", "said", "fix"),
    [
        (None, Api(set()), False, "there is no secret tracemend/slack", slack.FIX),
        ("xoxb", Api({"chat:write"}), False, "lacks channels:history or groups:history", slack.SCOPES),
        ("xoxb", Api({"groups:history"}), False, "the token lacks chat:write", slack.SCOPES),
        ("xoxb", Api(PermanentError("auth.test answers invalid_auth")), False, "invalid_auth", slack.FIX),
        ("xoxb", Api({"chat:write", "groups:history"}, NOT_THERE), False, "invite the app", slack.FIX),
        ("xoxb", Api({"chat:write", "groups:history"}), True, "may look, and post there", ""),
    ],
)
def test_slack_is_asked_what_a_token_may_do_and_whether_it_may_post(
    account: Account, stored: str | None, api: Api, *, ok: bool, said: str, fix: str
) -> None:
    if stored:
        account.client("secretsmanager").create_secret(Name="tracemend/slack", SecretString=stored)

    def opened(channel: DirectChannel, told: str) -> Api:
        assert (channel.channel, told) == ("C0123ABCD", stored)
        return api

    (check,) = slack.channels(config(channels=CHANNELS), account.client, opened)

    assert (check.check, check.ok, said in check.detail, check.fix) == ("channels.ops-room", ok, True, fix)
    planned = [("chat.scheduleMessage", ""), ("chat.deleteScheduledMessage", "Q1")]
    assert api.called == (planned if ok else planned[:1] if api.posts else [])


@pytest.mark.parametrize(
    ("stored", "ok", "said"),
    [
        (None, False, "there is no secret tracemend/slack"),
        ('{"token": "xoxb-1"}', False, "has no signing_secret"),
        ("SECRET", False, "store its secret as a JSON object"),
        ('{"token": "xoxb-1", "signing_secret": "xoxb-SECRET"}', False, "has not the form of one"),
        (f'{{"signing_secret": "{"0a" * 16}"}}', True, "holds a signing secret"),
    ],
)
def test_the_signing_secret_of_the_app_has_its_form(
    account: Account, stored: str | None, *, ok: bool, said: str
) -> None:
    if stored:
        account.client("secretsmanager").create_secret(Name="tracemend/slack", SecretString=stored)
    wanted = config(channels=CHANNELS, chat={"slack_secret": "tracemend/slack"})
    (check,) = slack.signing(wanted, account.client)
    token = Api({"chat:write", "groups:history"})
    (listening,) = slack.channels(wanted, account.client, lambda *_: token)

    assert (check.check, check.ok, said in check.detail) == ("chat.slack_secret", ok, True)
    assert bool(check.fix) is not ok
    assert "SECRET" not in check.detail + check.fix
    assert not stored or "app_mentions:read, commands" in listening.detail


def _network(account: Account, *zones: str) -> dict[str, Any]:
    """A VPC of an account with a private subnet in each of these zones."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{at}.0/24", AvailabilityZone=f"{REGION}{zone}")[
            "Subnet"
        ]["SubnetId"]
        for at, zone in enumerate(zones)
    ]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    return {"vpc": "existing", "vpc_id": vpc, "subnets": subnets, "security_groups": [group]}


def test_an_existing_network_that_is_right_passes(account: Account) -> None:
    account.client("iam").create_role(RoleName=DOMAIN_ROLE, AssumeRolePolicyDocument="{}")
    found = account.examined(config(network=_network(account, "a", "b"), index={"kind": "opensearch-domain"}))

    assert [name for name, each in found.items() if not each.ok] == []
    assert {"network", "network, ways out", "network.subnets", "OpenSearch in a VPC"} <= set(found)


def test_an_existing_network_that_is_wrong_is_told_before_it_is_deployed(account: Account) -> None:
    ours, other = _network(account, "a", "a"), _network(account, "b")
    gateway = account.client("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    account.client("ec2").attach_internet_gateway(InternetGatewayId=gateway, VpcId=ours["vpc_id"])
    filters = [{"Name": "vpc-id", "Values": [ours["vpc_id"]]}]
    (table,) = account.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]
    account.client("ec2").create_route(
        RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
    )
    asked = {**ours, "subnets": [*ours["subnets"], *other["subnets"]]}

    found = account.examined(config(network=asked, index={"kind": "opensearch-domain"}))

    wrong = {name: each for name, each in found.items() if not each.ok}
    assert set(wrong) == {"network", "network, ways out", "network.subnets", "OpenSearch in a VPC"}
    assert other["subnets"][0] in wrong["network"].detail
    assert ours["subnets"][0] in wrong["network, ways out"].detail
    missing = account.examined(config(network={**ours, "subnets": ["subnet-00000000000000000"]}))
    assert "does not exist" in missing["network"].detail
