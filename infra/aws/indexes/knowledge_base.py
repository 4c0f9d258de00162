"""A Bedrock Knowledge Base over S3 Vectors, with the web crawler of Bedrock."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.indexes.choice import IndexChoice
from infra.aws.indexes.vectors import vector_store
from infra.aws.models import asking, foundation_model_arn
from infra.aws.removal import removal
from infra.aws.roles import THIS_ACCOUNT, system_role
from infra.aws.schedule import Target, wiki_schedule
from knowledge.address import Address

# The metadata keys in which a Knowledge Base keeps the text; too long to be filtered by.
BEDROCK_KEYS = ("AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA")
# Amazon Bedrock User Guide, "Permissions to access your vector store in Amazon S3 Vectors".
KEEPING = (
    "s3vectors:DeleteVectors",
    "s3vectors:GetIndex",
    "s3vectors:GetVectors",
    "s3vectors:ListVectors",
    "s3vectors:PutVectors",
    "s3vectors:QueryVectors",
)
Base = bedrock.CfnKnowledgeBase
Source = bedrock.CfnDataSource


class KnowledgeBaseIndex(IndexChoice):
    """Searched by `Retrieve`; where wiki pages are named, Bedrock crawls and embeds them on a schedule."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(scope, config)
        _, index = vector_store(self, config, BEDROCK_KEYS)
        role = self._role(config, index.attr_index_arn)
        base = self._base(config, role, index.attr_index_arn)
        base.apply_removal_policy(removal(config, "index"))
        if config.wiki.sources:
            self._crawl(config, base)
        self.setting = Address("bedrock-kb", base.attr_knowledge_base_id).setting
        self.reading = [rights.allow(base.attr_knowledge_base_arn, "bedrock:Retrieve")]

    def _base(self, config: Config, role: iam.Role, index_arn: str) -> bedrock.CfnKnowledgeBase:
        sizes = Base.BedrockEmbeddingModelConfigurationProperty(dimensions=config.index.dimensions)
        return bedrock.CfnKnowledgeBase(
            self,
            "Base",
            name=config.prefix,
            role_arn=role.role_arn,
            knowledge_base_configuration=Base.KnowledgeBaseConfigurationProperty(
                type="VECTOR",
                vector_knowledge_base_configuration=Base.VectorKnowledgeBaseConfigurationProperty(
                    embedding_model_arn=foundation_model_arn(self, config.index.embedding_model),
                    embedding_model_configuration=Base.EmbeddingModelConfigurationProperty(
                        bedrock_embedding_model_configuration=sizes
                    ),
                ),
            ),
            storage_configuration=Base.StorageConfigurationProperty(
                type="S3_VECTORS",
                s3_vectors_configuration=Base.S3VectorsConfigurationProperty(index_arn=index_arn),
            ),
        )

    def _role(self, config: Config, index_arn: str) -> iam.Role:
        using = rights.allow(index_arn, *KEEPING)
        embedding = asking(self, config.index.embedding_model, [])
        role = system_role(self, "Role", "bedrock.amazonaws.com", [using, *embedding], THIS_ACCOUNT)
        role.apply_removal_policy(removal(config, "index"))
        return role

    def _crawl(self, config: Config, base: bedrock.CfnKnowledgeBase) -> None:
        """A crawl stays on the hosts of its pages."""
        seeds = [Source.SeedUrlProperty(url=source) for source in config.wiki.sources]
        web = Source.WebDataSourceConfigurationProperty(
            source_configuration=Source.WebSourceConfigurationProperty(
                url_configuration=Source.UrlConfigurationProperty(seed_urls=seeds)
            ),
            crawler_configuration=Source.WebCrawlerConfigurationProperty(scope="HOST_ONLY"),
        )
        source = bedrock.CfnDataSource(
            self,
            "Wiki",
            name=f"{config.prefix}-wiki",
            knowledge_base_id=base.attr_knowledge_base_id,
            data_source_configuration=Source.DataSourceConfigurationProperty(
                type="WEB", web_configuration=web
            ),
        )
        source.apply_removal_policy(removal(config, "index"))
        base_id = base.attr_knowledge_base_id
        target = Target(
            arn=f"arn:{cdk.Aws.PARTITION}:scheduler:::aws-sdk:bedrockagent:startIngestionJob",
            payload={"KnowledgeBaseId": base_id, "DataSourceId": source.attr_data_source_id},
            rights=[rights.allow(base.attr_knowledge_base_arn, "bedrock:StartIngestionJob")],
        )
        wiki_schedule(self, config, target)
