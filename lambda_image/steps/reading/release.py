"""What ran where a log stream was written, as far as its name tells."""

from __future__ import annotations

import re

from lambda_image.domain.storm import Release

# `2026/11/26/[42]…`, and with a log group of one's own `2026/11/26/orders[42]…`: Lambda Developer Guide, "Log
# group names". `$LATEST` names no version.
_FUNCTION = re.compile(r"\d{4}/\d\d/\d\d/([^\[\]]*)\[(\d{1,9})\]")
# A pod of a Deployment: its name, a hash of the pod's template, five letters. Kubernetes draws both from
# these letters (apimachinery, util/rand).
_SAFE = "[bcdfghjklmnpqrstvwxz2456789]"
_POD = re.compile(rf"(?:^|[._/])([a-z0-9][a-z0-9-]{{0,60}})-({_SAFE}{{8,10}})-{_SAFE}{{5}}(?=$|[._/])")
# A commit, short or whole, or a version of three numbers, before the last part, which names a task. Other hex
# names hosts and containers.
_TAG = re.compile(
    r"(?:^|[/_@:-])(?:(?P<commit>(?=[0-9a-f]*\d)(?=[0-9]*[a-f])(?:[0-9a-f]{7}|[0-9a-f]{40}))"
    r"|v?(?P<version>\d{1,4}\.\d{1,4}\.\d{1,4}))(?=[/_@:-])"
)


def release_of(log_group: str, stream: str) -> Release | None:
    """The release that this stream is of; None where its name tells none."""
    if function := _FUNCTION.match(stream):
        return Release(f"{log_group} {function[1]}", function[2])
    if pod := _POD.search(stream):
        return Release(f"{log_group} {pod[1]}", pod[2])
    tag = _TAG.search(stream[: stream.rfind("/") + 1])
    if tag is None:
        return None
    version = tag["commit"] or tag["version"]
    return Release(f"{log_group} {stream[: tag.start()]}", version, anywhere=bool(tag["commit"]))
