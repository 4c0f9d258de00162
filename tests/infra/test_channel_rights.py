"""Who may read what opens the channels beside the topic, and who is told of them."""

from __future__ import annotations

import json

from infra.aws.functions import TIMEOUTS
from infra.aws.wildcards import flat
from lambda_image.domain.quiet import Morning
from lambda_image.settings import read, variable
from lambda_image.wire import decode_work
from tests.infra.configs import CHANNELS
from tests.infra.variants import environment, template

VARIABLE = variable("channels")


def test_those_who_tell_people_alone_read_the_secrets_of_the_channels() -> None:
    readers = {
        function: sorted(
            flat(statement["Resource"]).rpartition(":secret:")[2]
            for statement in template("channels").rights_of(function)
            if statement["Action"] == "secretsmanager:GetSecretValue"
            and ":secret:" in flat(statement["Resource"])
        )
        for function in TIMEOUTS
        if function != "chat"
    }
    both = ["tracemend/pager-??????", "tracemend/slack-??????", "tracemend/team-??????"]

    assert {function: found for function, found in readers.items() if found} == {
        "respond": both,
        "repair": both,
        "watch": both,
    }


def test_they_are_told_of_the_channels_as_they_were_configured() -> None:
    told = {function: environment("channels", function).get(VARIABLE) for function in ("respond", "repair")}

    *hooks, mail = json.loads(told["respond"] or "")
    assert hooks == CHANNELS[:3]
    assert (mail["kind"], mail["environments"]) == ("email", ["prod"])
    assert mail["topic_arn"].startswith("<MailOnCall")
    assert told["respond"] == told["repair"]
    assert VARIABLE not in environment("channels", "intake")
    (team, pager, room, _) = read({VARIABLE: told["respond"] or ""}).channels
    assert (team.services, pager.services, pager.host) == (("checkout",), (), "hooks.example.com")
    assert (room.channel, room.severity, room.urgent, pager.urgent) == (
        "C0123ABCD",
        "normal",
        "high",
        "critical",
    )
    assert VARIABLE not in environment("plain", "respond")


def test_a_channel_that_hears_all_is_enough_without_chatbot() -> None:
    assert not template("channels").of("Chatbot::SlackChannelConfiguration")
    assert template("channels").of("SNS::Topic")


def test_an_e_mail_channel_has_a_topic_that_those_who_tell_people_may_publish_to() -> None:
    found = template("channels")
    (topic,) = [name for name in found.of("SNS::Topic") if name.startswith("Mail")]
    publishers = {
        function
        for function in TIMEOUTS
        if function != "chat"
        for statement in found.rights_of(function)
        if statement["Action"] == "sns:Publish" and flat(statement["Resource"]) == f"<{topic}>"
    }
    (mail,) = [each for each in found.of("SNS::Subscription").values() if each["Protocol"] == "email"]

    assert publishers == {"respond", "repair", "watch"}
    assert "KmsMasterKeyId" in found.of("SNS::Topic")[topic]
    assert (mail["Endpoint"], flat(mail["TopicArn"])) == ("ops@example.com", f"<{topic}>")


def test_the_end_of_quiet_hours_is_put_into_the_queue_of_respond() -> None:
    found = template("channels")
    (schedule,) = [
        each for each in found.of("Scheduler::Schedule").values() if "ops-room" in each["Description"]
    ]
    (queue,) = [
        name for name in found.of("SQS::Queue") if name.startswith("Incidents") and "Dead" not in name
    ]

    assert (schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]) == (
        "cron(5 7 * * ? *)",
        "Europe/Berlin",
    )
    assert decode_work(schedule["Target"]["Input"]) == Morning("ops-room")
    assert flat(schedule["Target"]["Arn"]) == f"<{queue}.Arn>"
    role = schedule["Target"]["RoleArn"]["Fn::GetAtt"][0]
    (statement,) = [each for name, each in found.statements() if name == role]
    assert (statement["Action"], flat(statement["Resource"])) == ("sqs:SendMessage", f"<{queue}.Arn>")
    assert not template("plain").of("Scheduler::Schedule")
