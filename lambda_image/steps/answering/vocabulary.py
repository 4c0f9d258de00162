"""Words that a checked statement may use freely, and names that it may not, whatever their spelling."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """A set of words, written as a reader likes to see them."""
    return frozenset(text.split())


# English words that open sentences or stand capitalised without naming anything.
PLAIN = (
    words(
        """
    a about above access according after again all also although an and another any api apis application
    argument arguments as at attempt aws because been before below between both but by call calling can
    cannot check code condition configuration connection consequently data database default dependency
    despite due during each either empty engineer error errors even every exception execution expected
    fault field file first for from function further given has have hence
    """
    )
    | words(
        """
    here how however i id ids if in incident incorrect indicates initial input instead invalid is issue
    it items its json key lack last later line lines list log logic logs may memory message missing more
    most multiple neither network next no non none not null object ok on once one only or other
    otherwise our out output overall parameter permission permissions possible previous problem process
    processing reason request requests resource
    """
    )
    | words(
        """
    response result retry root running runtime runbook second see server service several should since so
    some such system that the their then there therefore these they this those though three timeout to
    too trace two type unable under unexpected unhandled unless until unsupported upon url user users
    value values variable version was we were what when where whereas whether which while why will with
    within without yet you your zero
    """
    )
    | words("afterwards anybody earlier everybody nobody nothing others thus")
)
# Compounds of plain words: a hyphen alone does not make a name.
PREFIXES = words(
    "anti co in mid multi no non off on one out over per post pre re self semi sub two un under up"
)
SUFFIXES = words(
    "aware based empty existent existing free in level like negative null off only out related running safe "
    "scale side specific time term up upstream wide write zero"
)
NUMBERS = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000,
    "twice": 2, "thrice": 3, "dozen": 12, "dozens": 12, "hundreds": 100, "thousands": 1000,
    "millions": 1_000_000,
}  # fmt: skip
# Products that people write in lower case; a statement that names one needs it in its sources.
PRODUCTS = words(
    """
    airflow akamai ansible apache athena aurora azure bedrock cassandra celery cloudflare cloudformation
    cloudfront cloudtrail cloudwatch cognito consul cosmosdb couchdb datadog django docker dynamodb ebs
    ec2 ecr ecs efs eks elasticache elasticsearch envoy etcd eventbridge express fargate fastapi
    firebase firestore flask github gitlab glue gunicorn hadoop haproxy helm heroku iam influxdb istio
    jenkins jira k8s
    """
) | words(
    """
    kafka kibana kinesis kms kubernetes lambda linux logstash mariadb memcached mongo mongodb mysql
    nginx node nodejs okta opensearch oracle pagerduty paypal postgres postgresql prometheus pulsar
    rabbitmq rails rds redis redshift route53 s3 salesforce sagemaker sendgrid sentry slack snowflake
    sns spark spring sqlite sqs ssm stripe tensorflow terraform tomcat twilio ubuntu vault windows
    zookeeper
    """
)
# Capitals that name nothing, and words that say too little to tie a statement to a source.
UNNAMED = words("API APIs AWS I ID IDs JSON None Null OK True False URL")
EMPTY = words(
    """
    also because been cause caused causes code does error errors file from function have into issue line lines
    only problem than that their them then there these they this those value were when which with
    """
)
# Words of three letters and more that carry sentences and tell nothing; in a share of words they would count
# for whoever writes most of them.
PARTICLES = words(
    """
    after all and any are before being but can could did each for had has have here how its may might more
    most must nor not now off once onto our out over should since so some still such the through too under
    until was were what where while who whom whose why will within without would yet you your
    """
)
