"""Whether what the functions read is there: log groups with a free slot, and models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.aws.config import Config
from infra.aws.doctor.check import Check, Client, judged

# CloudWatch Logs quotas: subscription filters of one log group, subscription policies of one account.
FILTERS, POLICIES = 2, 1


def log_groups(config: Config, client: Client) -> Iterator[Check]:
    """The log groups exist and take one more subscription; a filter of ours is replaced, not added."""
    logs = client("logs")
    if config.logs.account:
        found = logs.describe_account_policies(policyType="SUBSCRIPTION_FILTER_POLICY")["accountPolicies"]
        others = [each["policyName"] for each in found if not each["policyName"].startswith(config.prefix)]
        yield judged(
            "account policy",
            f"subscription policies of others: {', '.join(others) or 'none'}",
            "Delete that policy, or name log groups in logs.groups",
            ok=len(others) < POLICIES,
        )
    for name in config.logs.groups:
        pages = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        if not any(group["logGroupName"] == name for group in pages):
            fix = "Create it, or correct logs.groups"
            yield Check(f"log group {name}", ok=False, detail="there is none of this name", fix=fix)
            continue
        filters = logs.describe_subscription_filters(logGroupName=name)["subscriptionFilters"]
        others = [each["filterName"] for each in filters if not each["filterName"].startswith(config.prefix)]
        yield judged(
            f"log group {name}",
            f"{len(others)} of {FILTERS} subscription filters are taken by others",
            f"Delete one of {', '.join(others)}",
            ok=len(others) < FILTERS,
        )


def models(config: Config, client: Client) -> Iterator[Check]:
    """Each model that is asked, and those that make vectors and rank, may be called from here."""
    bedrock, index = client("bedrock"), config.index
    embeds = index.embedded_by_us or index.kind == "knowledge-base"
    others = [index.embedding_model if embeds else "", index.reranker, config.models.repair]
    for name in filter(None, (*config.models.chain, *others)):
        for model in _models_of(name, bedrock):
            found = bedrock.get_foundation_model_availability(modelId=model)
            states = {
                "agreement": found["agreementAvailability"]["status"],
                "authorization": found["authorizationStatus"],
                "entitlement": found["entitlementAvailability"],
                "region": found["regionAvailability"],
            }
            yield judged(
                f"model {name}",
                ", ".join(f"{key} {state.lower()}" for key, state in states.items()),
                "Open the model in the Bedrock console once; Anthropic asks for the use case there",
                ok=set(states.values()) <= {"AVAILABLE", "AUTHORIZED"},
            )


def _models_of(name: str, bedrock: Any) -> list[str]:
    """The foundation models behind an inference profile; `provider.model` is one itself."""
    if name.count(".") == 1:
        return [name]
    profile = bedrock.get_inference_profile(inferenceProfileIdentifier=name)
    return sorted({each["modelArn"].rpartition("/")[2] for each in profile["models"]})
