"""What ends a command from outside: one line that says what to do, and nothing where somebody stopped it."""

from __future__ import annotations

import pytest
from requests import ReadTimeout

from lambda_image import cli


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (ReadTimeout("Read timed out."), 1, "Read timed out. What was asked did not answer as it should"),
        (ConnectionRefusedError(111, "Connection refused"), 1, "What was asked did not answer"),
        (PermissionError(13, "Permission denied", "app.log"), 1, "Look at that path and who may use it"),
        (OSError(28, "No space left on device", "app.log"), 1, "Free the disk"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_ends_a_command_is_told_in_a_line_at_most(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: BaseException,
    code: int,
    said: str,
) -> None:
    def fails() -> None:
        raise fault

    monkeypatch.setattr(cli, "app", fails)
    with pytest.raises(SystemExit) as ended:
        cli.main()

    told = capsys.readouterr()
    assert (ended.value.code, told.out, told.err.count("\n")) == (code, "", len(said) and 1)
    assert said in told.err
