"""A small repository in each language: its error as logged, a reproduction, and changes."""

from __future__ import annotations

from dataclasses import dataclass

from lambda_image.domain.patch import FileChange, Patch, Reproduction, VerifyRequest
from tests.integration.sandbox.trees import tar_of


@dataclass(frozen=True)
class Sample:
    """One repository with one bug; `breaking` mends it and breaks a test that passed."""

    tool: str
    files: dict[str, bytes]
    log: str
    exception: str
    broken: str
    mended: bytes
    breaking: bytes
    unreadable: bytes
    reproduction: Reproduction
    other: str

    def request(self, content: bytes | None, code: str | None = None) -> VerifyRequest:
        """What is to be proved of a new content of the broken file, with the reproduction or another test."""
        test = self.reproduction if code is None else Reproduction(self.reproduction.path, code)
        change = (
            Patch("team/shop", "c" * 40, "diff", (FileChange(self.broken, content),)) if content else None
        )
        return VerifyRequest(tar_of(self.files), change, test, self.log, self.exception)


JAVASCRIPT = Sample(
    tool="node",
    files={
        "package.json": b'{"name": "shop", "scripts": {"test": "node --test"}}',
        "src/cart.js": b"function total(cart) {\n  return cart.items.reduce((sum, each) => sum + each, 0);\n}\n"
        b"module.exports = { total };\n",
        "test/cart.test.js": b'const test = require("node:test");\nconst assert = require("node:assert");\n'
        b'const { total } = require("../src/cart.js");\n'
        b'test("of two", () => assert.strictEqual(total({ items: [1, 2] }), 3));\n',
    },
    log="TypeError: Cannot read properties of undefined (reading 'reduce')\n"
    "    at total (/var/task/src/cart.js:2:21)\n    at Runtime.handler (/var/task/index.js:9:3)",
    exception="TypeError",
    broken="src/cart.js",
    mended=b"function total(cart) {\n  return (cart.items || []).reduce((sum, each) => sum + each, 0);\n}\n"
    b"module.exports = { total };\n",
    breaking=b"function total(cart) {\n  return 0;\n}\nmodule.exports = { total };\n",
    unreadable=b"function total(cart) {\n",
    reproduction=Reproduction(
        "src/cart.x1.test.js",
        'const test = require("node:test");\nconst assert = require("node:assert");\n'
        'const { total } = require("./cart.js");\ntest("of none", () => assert.strictEqual(total({}), 0));\n',
    ),
    other='const test = require("node:test");\ntest("other", () => { null.f(); });\n',
)
GO = Sample(
    tool="go",
    files={
        "go.mod": b"module example.com/shop\n\ngo 1.20\n",
        "pricing/pricing.go": b"package pricing\n\n// Mean is the middle.\nfunc Mean(v []int) int {\n\tsum := 0\n"
        b"\tfor _, x := range v {\n\t\tsum += x\n\t}\n\treturn sum / len(v)\n}\n",
        "pricing/pricing_test.go": b'package pricing\n\nimport "testing"\n\nfunc TestTwo(t *testing.T) {\n'
        b'\tif Mean([]int{1, 3}) != 2 {\n\t\tt.Fatal("wrong")\n\t}\n}\n',
    },
    log="panic: runtime error: integer divide by zero\n\ngoroutine 1 [running]:\n"
    "example.com/shop/pricing.Mean(...)\n\t/build/pricing/pricing.go:9\nmain.main()\n\t/build/main.go:8 +0x1d",
    exception="panic",
    broken="pricing/pricing.go",
    mended=b"package pricing\n\n// Mean is the middle.\nfunc Mean(v []int) int {\n\tif len(v) == 0 {\n\t\treturn 0\n\t}\n"
    b"\tsum := 0\n\tfor _, x := range v {\n\t\tsum += x\n\t}\n\treturn sum / len(v)\n}\n",
    breaking=b"package pricing\n\n// Mean is the middle.\nfunc Mean(v []int) int {\n\treturn 0\n}\n",
    unreadable=b"package pricing\n\nfunc Mean(v []int) int {\n",
    reproduction=Reproduction(
        "pricing/pricing_x1_test.go",
        'package pricing\n\nimport "testing"\n\nfunc TestNone(t *testing.T) {\n\tif Mean([]int{}) != 0 {\n'
        '\t\tt.Fatal("wrong")\n\t}\n}\n',
    ),
    other='package pricing\n\nimport "testing"\n\nfunc TestNone(t *testing.T) {\n\tvar v []int\n\t_ = v[len(v)]\n}\n',
)
RUST = Sample(
    tool="cargo",
    files={
        "Cargo.toml": b'[package]\nname = "team-shop"\nversion = "0.1.0"\nedition = "2021"\n',
        "src/lib.rs": b"pub mod pricing;\n",
        "src/pricing.rs": b"pub fn mean(values: &[i64]) -> i64 {\n    values.iter().sum::<i64>() / values.len() as i64\n}\n",
        "tests/two.rs": b"#[test]\nfn two() {\n    assert_eq!(team_shop::pricing::mean(&[1, 3]), 2);\n}\n",
    },
    log="thread 'main' panicked at src/pricing.rs:2:5:\nattempt to divide by zero\n"
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    exception="panic",
    broken="src/pricing.rs",
    mended=b"pub fn mean(values: &[i64]) -> i64 {\n    if values.is_empty() {\n        return 0;\n    }\n"
    b"    values.iter().sum::<i64>() / values.len() as i64\n}\n",
    breaking=b"pub fn mean(_values: &[i64]) -> i64 {\n    0\n}\n",
    unreadable=b"pub fn mean(values: &[i64]) -> i64 {\n",
    reproduction=Reproduction(
        "tests/tracemend_x1.rs",
        "#[test]\nfn none() {\n    assert_eq!(team_shop::pricing::mean(&[]), 0);\n}\n",
    ),
    other='#[test]\nfn none() {\n    let zero = std::env::args().count() as i64 * 0;\n    println!("{}", 1 / zero);\n}\n',
)
JAVA = Sample(
    tool="mvn",
    files={
        "pom.xml": b"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>com.acme</groupId><artifactId>shop</artifactId><version>1</version>
<properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>
<project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencies><dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version>
<scope>test</scope></dependency></dependencies></project>
""",
        "src/main/java/com/acme/Shop.java": b"package com.acme;\n\npublic class Shop {\n"
        b"  public static int mean(int[] values) {\n    int sum = 0;\n    for (int each : values) sum += each;\n"
        b"    return sum / values.length;\n  }\n}\n",
        "src/test/java/com/acme/ShopTest.java": b"package com.acme;\n\nimport org.junit.*;\n\npublic class ShopTest {\n"
        b"  @Test public void two() { Assert.assertEquals(2, Shop.mean(new int[] {1, 3})); }\n}\n",
    },
    log='Exception in thread "main" java.lang.ArithmeticException: / by zero\n'
    "\tat com.acme.Shop.mean(Shop.java:7)\n\tat com.acme.Main.main(Main.java:5)",
    exception="java.lang.ArithmeticException",
    broken="src/main/java/com/acme/Shop.java",
    mended=b"package com.acme;\n\npublic class Shop {\n"
    b"  public static int mean(int[] values) {\n    int sum = 0;\n    for (int each : values) sum += each;\n"
    b"    return values.length == 0 ? 0 : sum / values.length;\n  }\n}\n",
    breaking=b"package com.acme;\n\npublic class Shop {\n  public static int mean(int[] values) { return 0; }\n}\n",
    unreadable=b"package com.acme;\n\npublic class Shop {\n",
    reproduction=Reproduction(
        "src/test/java/com/acme/ShopX1Test.java",
        "package com.acme;\n\nimport org.junit.*;\n\npublic class ShopX1Test {\n"
        "  @Test public void none() { Assert.assertEquals(0, Shop.mean(new int[0])); }\n}\n",
    ),
    other="package com.acme;\n\nimport org.junit.*;\n\npublic class ShopX1Test {\n"
    "  @Test public void none() { int zero = 0; System.out.println(1 / zero); }\n}\n",
)
PHP = Sample(
    tool="phpunit",
    files={
        "composer.json": b'{"name": "team/shop", "require-dev": {"phpunit/phpunit": "*"}}',
        "src/Shop.php": b"<?php\n\nclass Shop\n{\n    public static function mean(array $values): int\n    {\n"
        b"        return intdiv(array_sum($values), count($values));\n    }\n}\n",
        "tests/ShopTest.php": b"<?php\n\nrequire_once __DIR__ . '/../src/Shop.php';\n\n"
        b"class ShopTest extends PHPUnit\\Framework\\TestCase\n{\n    public function testTwo(): void\n    {\n"
        b"        $this->assertSame(2, Shop::mean([1, 3]));\n    }\n}\n",
    },
    log="PHP Fatal error:  Uncaught DivisionByZeroError: Division by zero in /var/task/src/Shop.php:7\nStack trace:\n"
    "#0 /var/task/src/Shop.php(7): intdiv(0, 0)\n#1 /var/task/index.php(3): Shop::mean(Array)\n#2 {main}\n  thrown in /var/task/src/Shop.php on line 7",
    exception="DivisionByZeroError",
    broken="src/Shop.php",
    mended=b"<?php\n\nclass Shop\n{\n    public static function mean(array $values): int\n    {\n"
    b"        return $values ? intdiv(array_sum($values), count($values)) : 0;\n    }\n}\n",
    breaking=b"<?php\n\nclass Shop\n{\n    public static function mean(array $values): int\n    {\n        return 0;\n    }\n}\n",
    unreadable=b"<?php\n\nclass Shop\n{\n    public static function mean(array $values): int\n    {\n",
    reproduction=Reproduction(
        "tests/TracemendX1Test.php",
        "<?php\n\nrequire_once __DIR__ . '/../src/Shop.php';\n\nclass TracemendX1Test extends PHPUnit\\Framework\\TestCase\n"
        "{\n    public function testNone(): void\n    {\n        $this->assertSame(0, Shop::mean([]));\n    }\n}\n",
    ),
    other="<?php\n\nclass TracemendX1Test extends PHPUnit\\Framework\\TestCase\n{\n    public function testNone(): void\n"
    "    {\n        $this->assertSame(0, intdiv(1, 0));\n    }\n}\n",
)
SAMPLES = {"javascript": JAVASCRIPT, "go": GO, "rust": RUST, "java": JAVA, "php": PHP}
