"""A frame's file in the repository, from the paths that platforms print."""

from __future__ import annotations

import pytest

from lambda_image.domain.events import Frame
from lambda_image.steps.code.places import file_of, is_test, locate


@pytest.mark.parametrize(
    ("path", "files", "found"),
    [
        ("webpack://shop/./src/cart.ts", ["src/cart.ts", "web/src/cart.ts"], "src/cart.ts"),
        ("webpack-internal:///./src/cart.ts?a1b2", ["src/cart.ts"], "src/cart.ts"),
        (
            "/usr/src/app/src/cart.ts",
            ["services/cart/src/cart.ts", "src/other.ts"],
            "services/cart/src/cart.ts",
        ),
        ("/go/pkg/mod/github.com/team/shop@v1.2.3/rates/eu.go", ["rates/eu.go"], None),
        ("github.com/team/shop/rates/eu.go", ["rates/eu.go", "old/eu.go"], "rates/eu.go"),
        ("/var/www/html/src/Cart.php", ["src/Cart.php", "lib/Cart.php"], "src/Cart.php"),
        ("app:///index.js", ["index.js"], "index.js"),
        ("/srv/app/cart.py", ["deep/down/cart.py"], None),
        ("/srv/app/cart.py", ["src/cart.py", "deep/down/cart.py"], "src/cart.py"),
    ],
)
def test_paths_of_platforms(path: str, files: list[str], found: str | None) -> None:
    assert locate(path, files) == found


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/opt/venv/lib/python3.12/site-packages/shop/cart.py", "src/shop/cart.py"),
        ("/opt/venv/lib/python3.12/site-packages/stripe/cart.py", None),
        ("/opt/venv/lib/python3.12/site-packages/other/shop/cart.py", None),
        ("/usr/lib/python3.12/shop/cart.py", None),
    ],
)
def test_a_package_is_the_repository_only_as_a_whole(path: str, found: str | None) -> None:
    assert file_of(Frame(path, 3, "f", in_app=False), ["src/shop/cart.py"]) == found


def test_a_java_library_is_the_repository_only_with_all_its_folders() -> None:
    files = ["src/main/java/org/apache/commons/csv/Token.java", "src/Token.java"]
    own = Frame("Token.java", 77, "org.apache.commons.csv.Token.toString", in_app=False)
    other = Frame("Token.java", 77, "org.apache.lucene.Token.toString", in_app=False)

    assert file_of(own, files) == files[0]
    assert file_of(other, files) is None


@pytest.mark.parametrize(
    ("file", "test"),
    [
        ("tests/a.py", True),
        ("shop/test_cart.py", True),
        ("cart_test.go", True),
        ("src/cart.spec.ts", True),
        ("src/__tests__/cart.js", True),
        ("src/test/java/CartTest.java", True),
        ("src/cart.py", False),
        ("src/latest/cart.py", False),
        ("contest.py", False),
    ],
)
def test_tests_are_known_by_their_names(file: str, test: bool) -> None:  # noqa: FBT001
    assert is_test(file) is test
