"""What is said of a pull request after it was opened: in the thread, at the pull request, in the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_image.domain.aftermath import Fate, Fix
from lambda_image.domain.card import Line
from lambda_image.languages import mark, voice
from lambda_image.steps.words.ink import prose
from lambda_image.steps.words.messages import sentences

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

MERGED_TITLE = mark("Merged: {what} in {service}")
HELD_TITLE = mark("Fixed: {what} in {service}")
QUIET_TITLE = mark("Quiet: {what} in {service}")
FIRING_TITLE = mark("Still firing: {what} in {service}")
# At the code host all is told in English, as in the pull request itself.
SEEN_AGAIN = "Seen {count} more since {since}; {total} in all, last {last}."
BEFORE = {
    Fate.CLOSED: "An earlier pull request for this problem was closed: {url}.",
    Fate.FIRING: (
        "An earlier pull request for this problem was merged and did not hold, seen {count} since: {url}."
    ),
}
CAME_BACK = "An earlier pull request for this problem was merged, and the problem came back: {url}."


def merged(say: Voice, fix: Fix, held: int) -> Line:
    """That it was merged, and that it is watched; `held` in ms is how long after its deployment."""
    link = prose(fix.pull.url, {fix.pull.url}.__contains__)
    when = say.when(fix.at)
    by = say.line("Pull request merged by {who}, {when}: {url}", who=prose(fix.pull.by), when=when, url=link)
    plain = say.line("Pull request merged, {when}: {url}", when=when, url=link)
    span = say.span(held)
    watched = say.line("Whether the fix holds is told here, {span} after it is deployed.", span=span)
    return sentences(by if fix.pull.by else plain, watched)


def held(say: Voice, fix: Fix, last: int) -> Line:
    """That its problem was not seen since; `last` in ms since the epoch is when it was."""
    about = {
        "span": say.span(fix.at - fix.since),
        "when": say.when(fix.deployed_at or fix.pull.at or fix.since),
    }
    if fix.deployed_at:
        said = say.line("The fix held: not seen for {span}. It was deployed {when}.", **about)
    else:
        said = say.line("Not seen for {span}. The fix was merged {when}.", **about)
    before = say.counted(
        "Seen {number} time before, last {when}.",
        "Seen {number} times before, last {when}.",
        fix.before,
        when=say.when(last),
    )
    return sentences(said, _unknown(say, fix), before)


def firing(say: Voice, fix: Fix) -> Line:
    """How often its problem was seen all the same."""
    said = say.counted(
        "The fix does not hold: seen {number} time since {when}.",
        "The fix does not hold: seen {number} times since {when}.",
        fix.count,
        when=say.when(fix.since),
    )
    deployed = say.line("It was deployed {when}.", when=say.when(fix.deployed_at)) if fix.deployed_at else ()
    return sentences(said, deployed, _unknown(say, fix))


def _unknown(say: Voice, fix: Fix) -> Line:
    """Without a deployed commit the merge counts."""
    if fix.deployed_at:
        return ()
    return say.line("Which commit runs is not known, so its merge was taken for its deployment.")


def stands(say: Voice, fix: Fix) -> Line:
    """Why an earlier pull request keeps another one from being opened; nothing where its state says it."""
    if fix.pull.state == "merged":
        return say.line("What runs does not have it yet.")
    if fix.pull.state == "open":
        return ()
    about = {"day": say.day(fix.at), "until": say.day(fix.until)}
    if not fix.pull.by:
        return say.line("It was closed on {day}; no other is opened before {until}.", **about)
    who = prose(fix.pull.by)
    return say.line("{who} closed it on {day}; no other is opened before {until}.", who=who, **about)


def seen_again(fix: Fix, total: int, last: int) -> str:
    """A comment with what was counted since the last one; `last` in ms since the epoch."""
    say = voice("en")
    count, since = _times(total - fix.before), say.when(fix.since)
    return SEEN_AGAIN.format(count=count, since=since, total=_times(total), last=say.when(last))


def before(fix: Fix, url: str) -> str:
    """What became of the pull request before this one."""
    return BEFORE.get(fix.fate, CAME_BACK).format(count=_times(fix.count), url=url)


def _times(number: int) -> str:
    counted = voice("en").number(number)
    return f"{counted} time" if number == 1 else f"{counted} times"
