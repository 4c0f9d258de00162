"""Slack and Teams channels at AWS Chatbot; their guardrail allows our buttons and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.function import SystemFunction
from infra.aws.names import chat_configuration, function_name
from infra.aws.roles import system_role
from lambda_image.domain.action import TYPED, Verb

CONTEXT = "event.metadata.additionalContext"


@dataclass(frozen=True, slots=True)
class Button:
    """A custom action: what stands on it, and the verb that the function `chat` is sent."""

    name: str
    text: str
    verb: Verb


ANALYSE = Button("analyse", "Analyse again", Verb.ANALYSE)
ASK = Button("ask", "Why?", Verb.ASK)
MANAGER = Button("manager", "For a manager", Verb.MANAGER)
MUTE = Button("mute", "Mute for a day", Verb.MUTE)
WRONG = Button("wrong", "Wrong answer", Verb.WRONG)
WORKED = Button("worked", "This worked", Verb.WORKED)
REPAIR = Button("repair", "Open pull request", Verb.REPAIR)


class Channels(Construct):
    """One channel configuration per chat client. `function` serves the buttons; without it there are none."""

    def __init__(
        self, scope: Construct, config: Config, topic: sns.ITopic, function: SystemFunction | None
    ) -> None:
        super().__init__(scope, "Channels")
        self._config = config
        self._topic = topic
        self._function = function
        policy = iam.ManagedPolicy(
            self,
            "Guardrail",
            description="The most that anyone can do from the channel, whatever their role allows",
            statements=[self._may()],
        )
        self._role = system_role(self, "Role", "chatbot.amazonaws.com", [])
        self._role.add_managed_policy(policy)
        self._guardrail = policy.managed_policy_arn
        self._actions = [self._button(each) for each in self._offered()]
        if function:
            self._actions += [self._alias(verb) for verb in TYPED]
        if config.chat.slack.workspace:
            self._slack()
        if config.chat.teams.tenant:
            self._teams()

    def _may(self) -> iam.PolicyStatement:
        """Without a guardrail of its own a channel has that of an administrator."""
        if self._function:
            return rights.invoke(self._function.arn)
        return iam.PolicyStatement(effect=iam.Effect.DENY, actions=["*"], resources=["*"])

    def _offered(self) -> list[Button]:
        if not self._function:
            return []
        return [ANALYSE, ASK, MANAGER, MUTE, WRONG, WORKED, *([REPAIR] if self._config.pull_requests else [])]

    def _button(self, button: Button) -> str:
        """The ARN of a custom action below every card that has a token for its verb."""
        action = chatbot.CfnCustomAction(
            self,
            f"{button.name.capitalize()}Button",
            action_name=f"{self._config.prefix}-{button.name}",
            definition=self._call(button.verb, "$t"),
            attachments=[
                chatbot.CfnCustomAction.CustomActionAttachmentProperty(
                    button_text=button.text,
                    notification_type="Custom",
                    criteria=[
                        chatbot.CfnCustomAction.CustomActionAttachmentCriteriaProperty(
                            operator="HAS_VALUE", variable_name="t"
                        )
                    ],
                    variables={"t": f"{CONTEXT}.{button.verb}"},
                )
            ],
        )
        return action.attr_custom_action_arn

    def _alias(self, verb: Verb) -> str:
        """The ARN of a command that people type with a token that a button told them, and their words."""
        name = f"{self._config.prefix}-{verb}"
        action = chatbot.CfnCustomAction(
            self,
            f"{verb.name.capitalize()}Command",
            action_name=f"{self._config.prefix}-type-{verb}",
            alias_name=name,
            definition=self._call(verb, "$t $q"),
        )
        return action.attr_custom_action_arn

    def _call(self, verb: Verb, said: str) -> chatbot.CfnCustomAction.CustomActionDefinitionProperty:
        """An AWS CLI line without `aws`.

        It has 100 characters at most in the service's own model; hence the short verbs, and the rule on the
        prefix in config_chat.py.
        """
        call = f"lambda invoke --function-name {function_name(self._config, 'chat')}"
        payload = f'--payload {{"{verb}":"{said}"}}'
        return chatbot.CfnCustomAction.CustomActionDefinitionProperty(
            command_text=f"{call} {payload} --region {cdk.Aws.REGION}"
        )

    def _slack(self) -> None:
        chatbot.CfnSlackChannelConfiguration(
            self,
            "Slack",
            configuration_name=chat_configuration(self._config, "slack"),
            slack_workspace_id=self._config.chat.slack.workspace,
            slack_channel_id=self._config.chat.slack.channel,
            iam_role_arn=self._role.role_arn,
            guardrail_policies=[self._guardrail],
            customization_resource_arns=self._actions or None,
            logging_level=self._config.chat.log_level,
            sns_topic_arns=[self._topic.topic_arn],
            user_role_required=False,
        )

    def _teams(self) -> None:
        chatbot.CfnMicrosoftTeamsChannelConfiguration(
            self,
            "Teams",
            configuration_name=chat_configuration(self._config, "teams"),
            teams_tenant_id=self._config.chat.teams.tenant,
            team_id=self._config.chat.teams.team,
            teams_channel_id=self._config.chat.teams.channel,
            iam_role_arn=self._role.role_arn,
            guardrail_policies=[self._guardrail],
            customization_resource_arns=self._actions or None,
            logging_level=self._config.chat.log_level,
            sns_topic_arns=[self._topic.topic_arn],
            user_role_required=False,
        )
