"""Who may read what opens the channels beside the topic, and who is told of them."""

from __future__ import annotations

import json

from infra.aws.functions import TIMEOUTS
from infra.aws.wildcards import flat
from lambda_image.settings import read, variable
from tests.infra.configs import CHANNELS
from tests.infra.variants import environment, template

VARIABLE = variable("channels")


def test_respond_and_repair_alone_read_the_secrets_of_the_channels() -> None:
    readers = {
        function: sorted(
            flat(statement["Resource"]).rpartition(":secret:")[2]
            for statement in template("channels").rights_of(function)
            if statement["Action"] == "secretsmanager:GetSecretValue"
        )
        for function in TIMEOUTS
        if function != "chat"
    }
    both = ["tracemend/pager-??????", "tracemend/team-??????"]

    assert {function: found for function, found in readers.items() if found} == {
        "respond": both,
        "repair": both,
    }


def test_they_are_told_of_the_channels_as_they_were_configured() -> None:
    told = {function: environment("channels", function).get(VARIABLE) for function in ("respond", "repair")}

    assert json.loads(told["respond"] or "") == CHANNELS
    assert told["respond"] == told["repair"]
    assert VARIABLE not in environment("channels", "intake")
    (team, pager) = read({VARIABLE: told["respond"] or ""}).channels
    assert (team.services, pager.services, pager.host) == (("checkout",), (), "hooks.example.com")
    assert VARIABLE not in environment("plain", "respond")


def test_a_channel_that_hears_all_is_enough_without_chatbot() -> None:
    assert not template("channels").of("Chatbot::SlackChannelConfiguration")
    assert template("channels").of("SNS::Topic")
