"""The month's budget, announced in the channel at 80 %, and a hard stop at 100 %."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.aws.config import Config
from infra.aws.roles import THIS_ACCOUNT, system_role
from infra.aws.tags import TAG

Threshold = budgets.CfnBudgetsAction.ActionThresholdProperty
WARN_AT = 80


class MonthlyBudget(Construct):
    """At the limit AWS Budgets attaches a policy that denies the models to `roles`; at most a day late.

    The functions go on: a card then says that the model was denied, and shows log, runbooks and code.
    """

    def __init__(
        self, scope: Construct, config: Config, topic: sns.ITopic, roles: Sequence[iam.IRole]
    ) -> None:
        super().__init__(scope, "Budget")
        self._name = config.prefix
        self._told = topic.topic_arn
        by_tag = {"TagKeyValue": [f"user:{TAG}${config.prefix}"]}
        budget = budgets.CfnBudget(
            self,
            "Limit",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=self._name,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=config.budget.monthly_usd, unit="USD"),
                cost_filters=by_tag if config.budget.counts == "tagged" else None,
            ),
            notifications_with_subscribers=[self._warning()],
        )
        if config.budget.hard_stop:
            self._hard_stop(budget, roles)

    def _warning(self) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
        return budgets.CfnBudget.NotificationWithSubscribersProperty(
            notification=budgets.CfnBudget.NotificationProperty(
                comparison_operator="GREATER_THAN",
                notification_type="ACTUAL",
                threshold=WARN_AT,
                threshold_type="PERCENTAGE",
            ),
            subscribers=[budgets.CfnBudget.SubscriberProperty(address=self._told, subscription_type="SNS")],
        )

    def _hard_stop(self, budget: budgets.CfnBudget, roles: Sequence[iam.IRole]) -> None:
        no_models = iam.ManagedPolicy(
            self,
            "NoModels",
            description="Denies every model; AWS Budgets attaches it at the limit and detaches it next month",
            statements=[
                iam.PolicyStatement(
                    effect=iam.Effect.DENY,
                    actions=["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
                    resources=["*"],
                )
            ],
        )
        action = budgets.CfnBudgetsAction(
            self,
            "HardStop",
            action_type="APPLY_IAM_POLICY",
            approval_model="AUTOMATIC",
            budget_name=self._name,
            notification_type="ACTUAL",
            action_threshold=Threshold(type="PERCENTAGE", value=100),
            execution_role_arn=self._role(no_models, roles).role_arn,
            definition=budgets.CfnBudgetsAction.DefinitionProperty(
                iam_action_definition=budgets.CfnBudgetsAction.IamActionDefinitionProperty(
                    policy_arn=no_models.managed_policy_arn, roles=[role.role_name for role in roles]
                )
            ),
            subscribers=[budgets.CfnBudgetsAction.SubscriberProperty(address=self._told, type="SNS")],
        )
        action.add_resource_dependency(budget)

    def _role(self, no_models: iam.ManagedPolicy, roles: Sequence[iam.IRole]) -> iam.Role:
        """May attach and detach this one policy, at these roles."""
        attaching = iam.PolicyStatement(
            actions=["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
            resources=[role.role_arn for role in roles],
            conditions={"ArnEquals": {"iam:PolicyARN": no_models.managed_policy_arn}},
        )
        return system_role(self, "Role", "budgets.amazonaws.com", [attaching], THIS_ACCOUNT)
