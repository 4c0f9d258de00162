"""`make deploy`: checks, difference, price, one question; then images, the stack, and an error to see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from infra.aws.config import Config
from infra.aws.cost import as_of, estimate
from infra.aws.deploying import images, probe
from infra.aws.deploying.tools import Run
from infra.aws.doctor.check import Client
from infra.aws.doctor.examine import examine
from infra.aws.estimates import Volume
from lambda_image.domain.errors import ConfigurationError, TracemendError
from lambda_image.wiring.operators import ledger_at

STACK = "Tracemend"


class Declined(TracemendError):
    """Somebody said no; nothing was deployed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: the file, images that are there already, and whether the answer is yes."""

    file: Path
    image: str = ""
    verify_image: str = ""
    yes: bool = False


@dataclass(frozen=True)
class Hands:
    """What the flow works with: the account, other programs, and the person in front of it."""

    account: Client
    run: Run
    builder: Callable[[], str]
    ask: Callable[[str], bool]
    tell: Callable[[str], object]
    cdk: tuple[str, ...] = field(default=())


def deploy(wish: Wish, config: Config, hands: Hands) -> float:
    """Seconds from the check's error to the channel. Raises what stopped it.

    Before the question nothing changes.
    """
    _check(config, hands)
    hands.run([*hands.cdk, "diff", STACK])
    hands.tell(_price(config))
    if not wish.yes and not hands.ask(f"Deploy {config.prefix}?"):
        raise Declined("nothing was deployed")
    hands.run([*hands.cdk, "deploy", STACK, "--require-approval", "never", *_parameters(wish, config, hands)])
    ledger = ledger_at(hands.account("dynamodb"), _output(config, hands, "LedgerName"))
    hands.tell("An error of our own is on its way to the channel …")
    seconds = probe.seconds_to_channel(probe.chosen(config), hands.account, ledger)
    hands.tell(f"It was there after {seconds:.0f} s.")
    return seconds


def _check(config: Config, hands: Hands) -> None:
    wrong = []
    for check in examine(config, hands.account):
        hands.tell(f"{'ok' if check.ok else 'NOT OK':8}{check.check}: {check.detail}")
        wrong += [] if check.ok else [f"{check.check}: {check.fix}"]
    if wrong:
        raise ConfigurationError("not ready to deploy:\n" + "\n".join(wrong))


def _price(config: Config) -> str:
    items = estimate(config, Volume())
    idle, used = sum(each.idle for each in items), sum(each.used for each in items)
    return f"Idle {idle:.2f} USD a month; 1,000 raw errors about {used:.2f} USD more (prices of {as_of()})."


def _parameters(wish: Wish, config: Config, hands: Hands) -> list[str]:
    wanted = [("ImageUri", wish.image, "functions")]
    if config.pull_requests:
        wanted.append(("VerifyImageUri", wish.verify_image, "verify"))
    if not all(image for _, image, _ in wanted):
        hands.run([*hands.cdk, "deploy", "Registry", "--require-approval", "never"])
    words = []
    for name, image, variant in wanted:
        uri = image or images.pushed(config, hands.account, hands.run, hands.builder(), variant)
        words += ["--parameters", f"{name}={uri}"]
    return words


def _output(config: Config, hands: Hands, name: str) -> str:
    stack = hands.account("cloudformation").describe_stacks(StackName=config.prefix)["Stacks"][0]
    return next(str(each["OutputValue"]) for each in stack["Outputs"] if each["OutputKey"] == name)
