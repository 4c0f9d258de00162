"""From the key `index.kind` to what it stands for."""

from __future__ import annotations

from collections.abc import Callable

from constructs import Construct

from infra.aws.config import Config, IndexKind
from infra.aws.indexes.choice import IndexChoice
from infra.aws.indexes.domain import DomainIndex
from infra.aws.indexes.embedded import EmbeddedIndex
from infra.aws.indexes.kendra import KendraIndex
from infra.aws.indexes.knowledge_base import KnowledgeBaseIndex
from infra.aws.indexes.serverless import ServerlessIndex
from infra.aws.indexes.vectors import VectorIndex
from infra.aws.network import Placement

CHOICES: dict[IndexKind, Callable[[Construct, Config, Placement | None], IndexChoice]] = {
    "embedded": lambda scope, config, _: EmbeddedIndex(scope, config),
    "opensearch-serverless": ServerlessIndex,
    "opensearch-domain": DomainIndex,
    "kendra": lambda scope, config, _: KendraIndex(scope, config),
    "knowledge-base": lambda scope, config, _: KnowledgeBaseIndex(scope, config),
    "s3-vectors": lambda scope, config, _: VectorIndex(scope, config),
}


def index_choice(scope: Construct, config: Config, network: Placement | None) -> IndexChoice:
    """The index of this configuration."""
    return CHOICES[config.index.kind](scope, config, network)
