"""Tokens that tell what they are by their own shape, most by how they begin.

The shapes are those that the services document. Public scanners, gitleaks and detect-secrets, collect them;
the kinds are named after their rules.
"""

from __future__ import annotations

# Kind, what must stand in the text (in lower case; nothing: a long word), the shape, and whether it must look random.
# Where it need not, the beginning is telling enough.
TOKENS: tuple[tuple[str, tuple[str, ...], str, bool], ...] = (
    ("JWT", ("eyj",), r"(?<!\w)(?<!J-)eyJ[\w-]{8,1000}+\.[\w-]{8,}+(?:\.[\w-]*+)?", False),
    ("JWT", (".ey",), r"(?<!\w)ey(?=[A-Za-z_-]{0,60}\d)[\w-]{17,1000}+\.ey[\w/-]{17,}+(?:\.[\w/-]*+)?", True),
    # Base64 of `{"k":"`, without the dots of a JWT.
    ("GRAFANA_TOKEN", ("eyjrijoi",), r"\beyJrIjoi[A-Za-z0-9]{60,400}={0,2}", True),
    ("JWT", ("zxlk",), r"\bZXlK[A-Za-z0-9+/_-]{30,}={0,2}", True),
    ("GITHUB_TOKEN", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"\bgh[pousr]_[\w.-]{30,}", True),
    ("GITHUB_TOKEN", ("github_pat_",), r"\bgithub_pat_\w{40,}", True),
    (
        "GITLAB_TOKEN",
        (
            "glpat-",
            "glptt-",
            "glrt-",
            "glrtr-",
            "gldt-",
            "glagent-",
            "glsoat-",
            "glft-",
            "glffct-",
            "glimt-",
            "glcbt-",
            "gloas-",
            "glwt-",
        ),
        r"\bgl(?:pat|ptt|rtr?|dt|agent|soat|ft|ffct|imt|cbt|oas|wt)-[\w.-]{18,}",
        True,
    ),
    ("GITLAB_TOKEN", ("gr1348941",), r"\bGR1348941[\w-]{16,}", True),
    ("GITLAB_TOKEN", ("_gitlab_session=",), r"\b_gitlab_session=\w{20,}", True),
    (
        "SLACK_TOKEN",
        ("xox",),
        r"\bxox[abeoprs]-(?:\d-)?(?:\d{5,14}-){1,3}(?=[\d-]{0,60}[A-Za-z])[A-Za-z0-9][A-Za-z0-9-]{8,}[A-Za-z0-9]",
        True,
    ),
    ("SLACK_TOKEN", ("xox",), r"\bxox[abeoprs]-\d-[A-Za-z0-9]{40,}", True),
    ("SLACK_TOKEN", ("xox",), r"\bxox[ar]-(?:\d-)?(?=[A-Za-z]{0,60}\d)[A-Za-z0-9]{8,48}\b", True),
    ("SLACK_TOKEN", ("xoxe",), r"(?i)\bxoxe(?:\.xox[bp])?-\d-[A-Z0-9]{60,}", True),
    ("SLACK_TOKEN", ("xapp-",), r"\bxapp-\d-[A-Za-z0-9]+-\d+-[A-Za-z0-9]+", True),
    (
        "PASSWORD_HASH",
        (
            "$1$",
            "$2",
            "$5$",
            "$6$",
            "$8$",
            "$9$",
            "$y$",
            "$argon2",
            "$scrypt",
            "$pbkdf2",
            "pbkdf2_sha",
            "$krb5",
        ),
        r"\$(?:1|2[abxy]?|5|6|8|9|y|krb5\w{2,10}|argon2i?d?|scrypt|pbkdf2[\w-]{0,20})\$[\w./$=,+:@*-]{20,}|\bpbkdf2_sha\d{1,3}\$\d+\$[\w./+=$]{20,}",
        False,
    ),
    (
        "AWS_ACCESS_KEY",
        ("akia", "asia", "abia", "aroa", "acca", "aida", "a3t"),
        r"(?<![A-Za-z0-9])(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA|AROA|AIDA)(?!X{8}|\w{9}EXAMPLE)[A-Z0-9]{16}\b",
        False,
    ),
    ("AWS_BEDROCK_KEY", ("absk",), r"\bABSK[A-Za-z0-9+/]{100,}={0,2}", True),
    (
        "AWS_BEDROCK_KEY",
        ("bedrock-api-key-",),
        r"\bbedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[\w+/=-]*",
        True,
    ),
    ("GOOGLE_KEY", ("aiza",), r"\bAIza[\w-]{35}(?![\w-])", True),
    ("GOOGLE_KEY", ("ya29.",), r"\bya29\.[\w.-]{20,}", True),
    ("GOOGLE_KEY", ("1//0",), r"(?<![\w/])1//0(?=[A-Za-z_-]{0,60}\d)[\w-]{38,}", True),
    ("GOOGLE_KEY", ("gocspx-",), r"\bGOCSPX-[\w-]{20,}", True),
    ("AZURE_SECRET", ("q~",), r"(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~-])", True),
    ("ALIBABA_KEY", ("ltai",), r"\bLTAI[A-Za-z0-9]{20}\b", True),
    ("STRIPE_KEY", ("k_live_", "k_test_", "k_prod_"), r"\b[srp]k_(?:test|live|prod)_[A-Za-z0-9]{10,}", True),
    ("STRIPE_KEY", ("whsec_",), r"\bwhsec_[A-Za-z0-9+/]{20,}", True),
    # All of them end alike, and then need not look random; what only begins so must.
    ("ANTHROPIC_KEY", ("sk-ant-",), r"\bsk-ant-[a-z]{2,10}\d\d-[\w-]{93}AA(?![\w-])", False),
    ("API_KEY", ("sk-",), r"\bsk-(?=[\w-]{0,40}?[A-Za-z0-9]{16})(?=[A-Za-z_-]{0,60}\d)[\w-]{20,}", True),
    ("PERPLEXITY_KEY", ("pplx-",), r"\bpplx-[A-Za-z0-9]{40,}'?", True),
    ("NPM_TOKEN", ("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b", True),
    ("NPM_TOKEN", ("_authtoken",), r"//[^\s:]{1,200}/?:_authToken\s*=\s*[\w-]{12,}", False),
    ("PYPI_TOKEN", ("pypi-",), r"\bpypi-[\w-]{50,}", True),
    ("DOCKER_TOKEN", ("dckr_",), r"\bdckr_[po]at_[\w-]{24,}", True),
    (
        "DOCKER_TOKEN",
        ("swmtkn-1-", "swmkey-1-"),
        r"\bSWM(?:TKN-1-[a-z0-9]{40,}-[a-z0-9]{20,}|KEY-1-[\w+/-]{40,})",
        True,
    ),
    ("RUBYGEMS_KEY", ("rubygems_",), r"\brubygems_[0-9a-f]{48}\b", True),
    ("SERVICE_TOKEN", ("clojars_",), r"\bCLOJARS_[A-Za-z0-9]{50,}\b", True),
    ("SENDGRID_KEY", ("sg.",), r"\bSG\.[\w-]{20,24}\.[\w-]{36,50}|\bSG\.[\w.=-]{66}", True),
    ("SENDINBLUE_KEY", ("xkeysib-",), r"\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b", True),
    ("TWILIO_KEY", (), r"\b(?:SK|AC)(?:[0-9a-fA-F]{32}|x{32})\b", False),
    ("MAILGUN_KEY", ("key-",), r"\b(?:key|pubkey)-[0-9a-f]{32}\b", True),
    ("MAILCHIMP_KEY", ("-us",), r"\b[0-9a-z]{32}-us\d{1,2}\b", True),
    ("HUGGINGFACE_TOKEN", ("hf_", "api_org_"), r"\b(?:hf|api_org)_[A-Za-z0-9]{34}\b", True),
    ("DIGITALOCEAN_TOKEN", ("_v1_",), r"\bdo[opr]_v1_[0-9a-f]{64}\b", True),
    ("ARTIFACTORY_TOKEN", ("x-jfrog-art-api",), r"(?i)\bX-JFrog-Art-Api\s*:\s*[^\s'\",\\]{8,}", False),
    (
        "ARTIFACTORY_TOKEN",
        ("akc", *(f"ap{digit}" for digit in range(10))),
        r"(?<![\w+/-])(?:artif-key:)?(?:AKC(?!p?X{8})[A-Za-z0-9]{10,}|AP\d[A-Za-z0-9]{8,})(?![\w+/-])",
        False,
    ),
    ("ARTIFACTORY_TOKEN", ("cmvmd",), r"\bcmVmd[A-Za-z0-9]{59}\b", True),
    (
        "ONEPASSWORD_KEY",
        ("a3-",),
        r"\bA3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}\b",
        True,
    ),
    ("ONEPASSWORD_TOKEN", ("ops_eyj",), r"\bops_eyJ[A-Za-z0-9+/_-]{60,}={0,3}", True),
    (
        "DISCORD_TOKEN",
        (),
        r"(?<![\w-])[A-Z](?=[A-Za-z_-]{0,60}\d)[\w-]{22,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])",
        True,
    ),
    ("TELEGRAM_TOKEN", (":a",), r"(?:(?<![\w.])|(?<=bot))\d{5,16}:A[\w-]{34}(?![\w-])", True),
    ("CLICKHOUSE_KEY", ("4b1d",), r"\b4b1d[A-Za-z0-9]{38}\b", True),
    ("CLOUDFLARE_KEY", ("v1.0-",), r"\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b", True),
    (
        "SHOPIFY_TOKEN",
        ("shpat_", "shpca_", "shppa_", "shpss_"),
        r"\bshp(?:at|ca|pa|ss)_[0-9a-zA-Z]{32,}\b",
        True,
    ),
    (
        "SQUARE_TOKEN",
        ("sq0", "eaaa"),
        r"\bsq0(?:atp|csp|idp)-[\w-]{20,}|\bEAAA(?=[A-Za-z_-]{0,60}\d)[\w-]{22,}",
        True,
    ),
    ("FACEBOOK_TOKEN", ("eaac", "eaam"), r"\bEAA[MC](?=[A-Za-z]{0,60}\d)[A-Za-z0-9]{100,}", True),
    ("FACEBOOK_TOKEN", ("|", "%"), r"(?<!\w)\d{15,16}[|%](?=[A-Za-z_-]{0,60}\d)[\w-]{27,40}(?![\w-])", True),
    ("DATABRICKS_TOKEN", ("dapi",), r"\bdapi[0-9a-f]{32}(?:-\d)?\b", True),
    ("POSTMAN_KEY", ("pmak-", "pmat-"), r"\bPMA(?:K-[\w-]{50,}|T-[A-Z0-9]{26})", True),
    (
        "DOPPLER_TOKEN",
        ("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
        r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}",
        True,
    ),
    ("DYNATRACE_TOKEN", ("dt0c01", "dt0s0"), r"\bdt0[a-z]\d\d\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}\b", True),
    ("VAULT_TOKEN", ("hvs.", "hvb.", "hvr."), r"\bhv[sbr]\.(?=[A-Za-z_-]{0,60}\d)[\w-]{24,}", True),
    ("VAULT_TOKEN", (), r"(?<![\w.])[sbr]\.(?=[A-Za-z]{0,60}\d)[A-Za-z0-9]{24}[\w-]*", True),
    ("TERRAFORM_TOKEN", (".atlasv1.",), r"\b\w{14}\.atlasv1\.[\w=-]{60,}", True),
    ("ATLASSIAN_TOKEN", ("atatt3",), r"\bATATT3[\w-]{100,}(?:\\?={1,3}[A-F0-9]{8})?", True),
    (
        "ATLASSIAN_TOKEN",
        ("atbb", "atctt3", "bbdc-"),
        r"\b(?:ATBB|ATCTT3|BBDC-)(?=[A-Za-z_-]{0,40}\d)[\w+=-]{28,}",
        True,
    ),
    ("GRAFANA_TOKEN", ("glsa_", "glc_"), r"\bglsa_\w{30,}|\bglc_[A-Za-z0-9+/]{32,}={0,3}", True),
    (
        "NEW_RELIC_KEY",
        ("nrak-", "nrii-", "nrjs-", "nrbr-", "nrsp-"),
        r"\bNR(?:AK|II|JS|BR|SP)-[\w-]{19,32}\b",
        True,
    ),
    ("SENTRY_TOKEN", ("sntry",), r"\bsntry(?:s_eyJ[\w+/=-]{60,}|u_[a-f0-9]{64})", True),
    (
        "WIREGUARD_KEY",
        ("presharedkey", "privatekey"),
        r"\b(?:PresharedKey|PrivateKey)\s?=\s?(?P<secret>[A-Za-z0-9+/]{43}=)",
        True,
    ),
    (
        "VAULT_KEY",
        ("unseal",),
        r"(?i)\bunseal(?: key \d{1,3}:)? (?P<secret>[A-Za-z0-9+/]{43}[A-Za-z0-9+/=]|[a-f0-9]{66})(?![\w+/])",
        True,
    ),
    ("HEROKU_KEY", ("hrku-",), r"\bHRKU-[\w-]{36,}", True),
    (
        "FLYIO_TOKEN",
        ("fo1_", "fm1", "fm2_"),
        r"\bfo1_[\w-]{43}|\bfm(?:1[ar]|2)_[A-Za-z0-9+/]{100,}={0,3}",
        True,
    ),
    ("HARNESS_KEY", ("pat.", "sat."), r"\b[ps]at\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}\b", True),
    ("AIRTABLE_TOKEN", (), r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b", True),
    ("OPENSHIFT_TOKEN", ("sha256~",), r"\bsha256~[\w-]{43}(?![\w-])", True),
    (
        "AUTHRESS_KEY",
        (".acc",),
        r"\b(?:sc|ext|scauth|authress)_\w{5,30}\.\w{4,6}\.acc[_-][a-z0-9-]{10,32}\.[\w+/=-]{30,}",
        True,
    ),
    ("FLUTTERWAVE_KEY", ("flwseck", "flwpubk"), r"\bFLW(?:SEC|PUB)K_TEST-[A-Za-z0-9]{12,32}(?:-X)?", True),
    ("DUFFEL_TOKEN", ("duffel_",), r"\bduffel_(?:test|live)_[\w=-]{43}", True),
    ("EASYPOST_KEY", ("ezak", "eztk"), r"\bEZ[AT]K[A-Za-z0-9]{54}\b", True),
    ("NOTION_TOKEN", ("ntn_", "secret_"), r"\bntn_\d{9}[A-Za-z0-9]{30,}\b|\bsecret_[A-Za-z0-9]{43}\b", True),
    ("OCTOPUS_KEY", ("api-",), r"\bAPI-(?=[A-Z]{0,60}\d)[A-Z0-9]{26}\b", True),
    ("MAXMIND_KEY", ("_mmk",), r"\b[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk\b", True),
    ("SOURCEGRAPH_TOKEN", ("sgp_",), r"\bsgp_(?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40}\b", True),
    ("INFRACOST_TOKEN", ("ico-",), r"\bico-[A-Za-z0-9]{32}(?![\w.])", True),
    ("AGE_KEY", ("age-secret-key-",), r"(?i)\bAGE-SECRET-KEY-1[A-Z0-9]{50,}", True),
    ("YANDEX_KEY", ("aqvn",), r"\bAQVN[\w-]{35,38}", True),
    ("YANDEX_TOKEN", ("t1.",), r"\bt1\.[\w-]{1,500}={0,2}\.[\w-]{86}={0,2}", True),
    ("TWITTER_TOKEN", ("aaaaaaaaaaaaaaaaaaaa",), r"\bA{20,22}[A-Za-z0-9%=]{60,100}", True),
    ("DROPBOX_TOKEN", ("sl.", "aaaaaaaaaa"), r"\bsl\.[\w=-]{130,}|\b[A-Za-z0-9]{11}A{10}[\w=-]{43}", True),
    ("MAPBOX_TOKEN", ("pk.", "sk."), r"\b[ps]k\.[A-Za-z0-9]{60}\.[A-Za-z0-9]{22}\b", True),
    # One letter case, one separator, then a long random end: what most other services issue. Names of parts
    # have digits in parts of their own.
    (
        "SERVICE_TOKEN",
        (),
        (
            r"\b(?:lin_api_|pul-|pnu_|rdme_|tk-us-|tfp_|fio-u-|p8e-|shippo_(?:live|test)_|pscale_(?:tkn|oauth|pw)_|sm_[aps]at_"
            r"|s-s4t2(?:ud|af)-|dnkey-|xai-|gsk_|r8_|figd_|CFPAT-|aio_|odt_|jina_|tvly-(?:dev-|prod-)?|hawk\.|bkua_|ion_|shltm_"
            r"|flb_live_|shub_|ctx7sk-|lsv2_(?:pt|sk)_|nvapi-|fc-|ddp_|sk_(?=[a-f0-9]{40})|tgp_v1_|llx-|tskey-\w{3,20}-|akab-|3MVG"
            r"|(?:sbp_(?:v\d_)?|sq[aup]_|cosmo_)(?=[a-f0-9]{32})|amzn\.mws\.|access_token\$production\$)"
            r"(?=[\w=.$-]{0,40}?(?<![A-Za-z0-9])(?=[A-Za-z]{0,40}\d)(?=\d{0,40}[A-Za-z])[A-Za-z0-9]{7})[\w=.$-]{16,}"
        ),
        True,
    ),
    # NuGet, Salesforce, CircleCI, Twitch, HubSpot, New Relic and Pixie, Azure DevOps.
    (
        "SERVICE_TOKEN",
        (),
        (
            r"\b(?:oy2[a-z0-9]{43}\b|00D[A-Za-z0-9]{12,15}![\w.]{80,260}|CCIP(?:AT|RA)_\w{40,90}|live_\d{6,12}_[A-Za-z0-9]{30}\b"
            r"|pat-(?:na|eu)\d-[a-f0-9-]{36}|NR(?:AA|IQ|RA)-[\w-]{19,42}|(?:eu01xx)?[a-f0-9]{30,36}NRAL\b|px-(?:dep|api)-[a-f0-9-]{36}"
            r"|[A-Za-z0-9]{40,80}(?:AZDO|JQQJ99)[A-Za-z0-9]{4,32}\b)"
        ),
        True,
    ),
)
