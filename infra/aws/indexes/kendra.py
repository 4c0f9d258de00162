"""Amazon Kendra, filled by its crawler or by our job: for those who had it before it was closed."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kendra as kendra
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.indexes.choice import IndexChoice
from infra.aws.removal import removal
from infra.aws.roles import THIS_ACCOUNT, system_role
from knowledge.address import Address
from knowledge.stores.kendra.attributes import ENVIRONMENTS, SERVICES

# What our job does in a data source of its own: with the index, and with the data source besides.
PUTTING = ("kendra:BatchDeleteDocument", "kendra:BatchPutDocument")
SYNCHRONISING = ("kendra:StartDataSourceSyncJob", "kendra:StopDataSourceSyncJob")
Index = kendra.CfnIndex


class KendraIndex(IndexChoice):
    """An index and, where wiki pages are named, what fills it.

    Open https pages are crawled by Kendra itself, on its own schedule. Its web crawler reads nothing else of
    ours: repositories, Confluence and what a secret opens are put by our job.
    """

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(scope, config)
        self._keeping = removal(config, "index")
        index = kendra.CfnIndex(
            self,
            "Index",
            name=config.prefix,
            edition=config.index.kendra_edition,
            role_arn=self._index_role().role_arn,
            document_metadata_configurations=[_searchable(name) for name in (SERVICES, ENVIRONMENTS)],
        )
        index.apply_removal_policy(self._keeping)
        self.setting = Address("kendra", index.attr_id).setting
        self.reading = [rights.allow(index.attr_arn, "kendra:Query", "kendra:Retrieve")]
        if self.file:
            self._put_by_us(config, index, self.file.noting)
        elif config.wiki.sources:
            self._crawler(config, index)

    def _put_by_us(self, config: Config, index: Index, noting: iam.PolicyStatement) -> None:
        source = kendra.CfnDataSource(
            self, "Pages", index_id=index.attr_id, name=f"{config.prefix}-pages", type="CUSTOM"
        )
        source.apply_removal_policy(self._keeping)
        self.setting = Address("kendra", index.attr_id, source.attr_id).setting
        self.writing = [
            rights.allow(index.attr_arn, *PUTTING, *SYNCHRONISING),
            rights.allow(source.attr_arn, *SYNCHRONISING),
            noting,
        ]

    def _index_role(self) -> iam.Role:
        """As the Kendra Developer Guide gives it, "IAM roles for indexes"."""
        stack = cdk.Stack.of(self)
        groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:/aws/kendra/*"
        statements = [
            iam.PolicyStatement(
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": "AWS/Kendra"}},
            ),
            rights.allow("*", "logs:DescribeLogGroups"),
            rights.allow(groups, "logs:CreateLogGroup"),
            rights.allow(
                f"{groups}:log-stream:*",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ),
        ]
        return self._role("IndexRole", statements)

    def _crawler(self, config: Config, index: kendra.CfnIndex) -> None:
        role = self._role(
            "CrawlerRole",
            [rights.allow(index.attr_arn, "kendra:BatchDeleteDocument", "kendra:BatchPutDocument")],
        )
        source = kendra.CfnDataSource(
            self,
            "Crawler",
            index_id=index.attr_id,
            name=f"{config.prefix}-wiki",
            type="TEMPLATE",
            role_arn=role.role_arn,
            schedule=config.wiki.schedule,
        )
        # Its schema says object, the CDK class says string.
        source.add_property_override(
            "DataSourceConfiguration.TemplateConfiguration.Template", template(config.wiki.sources)
        )
        source.apply_removal_policy(self._keeping)

    def _role(self, name: str, statements: list[iam.PolicyStatement]) -> iam.Role:
        """An index that is kept goes on working in its role."""
        role = system_role(self, name, "kendra.amazonaws.com", statements, THIS_ACCOUNT)
        role.apply_removal_policy(self._keeping)
        return role


def _searchable(name: str) -> Index.DocumentMetadataConfigurationProperty:
    """A list that questions may be narrowed by."""
    return Index.DocumentMetadataConfigurationProperty(
        name=name,
        type="STRING_LIST_VALUE",
        search=Index.SearchProperty(displayable=True, facetable=True, searchable=True, sortable=False),
    )


def template(sources: tuple[str, ...]) -> dict[str, object]:
    """The web crawler's own configuration; its numbers and switches are strings by its schema.

    Kendra Developer Guide, "Web Crawler template schema". It ignores robots.txt unless told otherwise.
    """
    fields = {"_source_uri": "sourceUrl", "_document_title": "title"}
    mappings = [
        {"indexFieldName": ours, "indexFieldType": "STRING", "dataSourceFieldName": theirs}
        for ours, theirs in fields.items()
    ]
    seeds = {"seedUrlConnections": [{"seedUrl": source} for source in sources]}
    return {
        "type": "WEBCRAWLERV2",
        "version": "1.0.0",
        "syncMode": "FULL_CRAWL",
        "connectionConfiguration": {
            "repositoryEndpointMetadata": {**seeds, "authentication": "NoAuthentication"}
        },
        "repositoryConfigurations": {"webPage": {"fieldMappings": mappings}},
        "additionalProperties": {
            "rateLimit": "300",
            "maxFileSize": "50",
            "crawlDepth": "5",
            "maxLinksPerUrl": "100",
            "crawlSubDomain": "false",
            "crawlAllDomain": "false",
            "honorRobots": "true",
        },
    }
