"""Small JavaScript and TypeScript repositories, each with the test framework and the layout of its kind."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from lambda_image.domain.patch import FileChange, Patch, Reproduction, VerifyRequest
from tests.integration.sandbox.trees import tar_of

BUGGY = (
    "export function total(cart: any): number {\n"
    "  return cart.items.reduce((sum: number, each: number) => sum + each, 0);\n}\n"
)
FIXED = BUGGY.replace("cart.items.", "(cart.items || []).")
BREAKING = "export function total(cart: any): number {\n  return 0;\n}\n"
LOG = (
    "TypeError: Cannot read properties of undefined (reading 'reduce')\n"
    "    at total (/var/task/{file}:2:21)\n    at Runtime.handler (/var/task/index.js:9:3)"
)
REQUIRE = "const {{ total }} = require('{load}');\n"
IMPORT = "import {{ total }} from '{load}';\n"
ASSERT = "import assert from 'node:assert';\n"
EXPECT = "test('counts', () => expect(total({cart})).toBe({value}));\n"
EQUAL = "('counts', () => assert.strictEqual(total({cart}), {value}));\n"
VITEST = "import {{ test, expect }} from 'vitest';\n" + IMPORT + EXPECT
COMMON_JS = json.dumps(
    {"compilerOptions": {"module": "commonjs", "esModuleInterop": True, "target": "es2022"}}
)


@dataclass(frozen=True)
class Kind:
    """A repository of one kind: how its tests are written, where one that passes stands, and the rest."""

    framework: str
    script: str
    test: str
    passing: str
    load: str
    files: dict[str, str] = field(default_factory=dict)
    broken: str = "src/cart.ts"
    folder: str = ""
    modules: bool = False

    def tree(self) -> dict[str, bytes]:
        """With the broken program."""
        package = {"scripts": {"test": self.script}, **({"type": "module"} if self.modules else {})}
        files = {
            f"{self.folder}package.json": json.dumps(package),
            self.passing: self.test.format(load=self.load, cart="{ items: [1, 2] }", value=3),
            self.broken: self._written(BUGGY),
            **self.files,
        }
        return {name: text.encode() for name, text in files.items()}

    def request(self, content: str, reproduction: Reproduction) -> VerifyRequest:
        """The proof of a new content of the program, in TypeScript."""
        change = FileChange(self.broken, self._written(content).encode())
        patch = Patch("team/shop", "c" * 40, "diff", (change,))
        return VerifyRequest(
            tar_of(self.tree()), patch, reproduction, LOG.format(file=self.broken), "TypeError"
        )

    def _written(self, content: str) -> str:
        if not self.broken.endswith(".js"):
            return content
        for typed in (": any", ": number", "export "):
            content = content.replace(typed, "")
        return f"{content}module.exports = {{ total }};\n"


KINDS = {
    "jest": Kind(
        "jest", "jest", REQUIRE + EXPECT, "__tests__/cart.js", "../src/cart.js", broken="src/cart.js"
    ),
    "jest with ts-jest": Kind(
        "jest",
        "jest --config jest.unit.config.js --coverage",
        IMPORT + EXPECT,
        "spec/cart.spec.ts",
        "../src/cart",
        {
            "jest.unit.config.js": "module.exports = { preset: 'ts-jest', testMatch: ['**/spec/*.ts'] };\n",
            "tsconfig.json": COMMON_JS,
        },
    ),
    "vitest": Kind("vitest", "vitest", VITEST, "src/cart.test.ts", "./cart", modules=True),
    "mocha with ts-node": Kind(
        "mocha",
        "NODE_ENV=test mocha -r ts-node/register 'test/**/*.spec.ts' --bail",
        ASSERT + IMPORT + "it" + EQUAL,
        "test/cart.spec.ts",
        "../src/cart",
        {"tsconfig.json": COMMON_JS},
    ),
    "node:test with tsx": Kind(
        "node:test",
        "node --import tsx --test src/*.test.ts",
        "import test from 'node:test';\n" + ASSERT + IMPORT + "test" + EQUAL,
        "src/cart.test.ts",
        "./cart.ts",
        modules=True,
    ),
    "vitest in a workspace": Kind(
        "vitest",
        "vitest run",
        VITEST,
        "packages/shop/test/cart.test.ts",
        "../src/cart",
        {
            "package.json": json.dumps({"workspaces": ["packages/*"], "scripts": {"test": "npm test -ws"}}),
            "packages/other/package.json": json.dumps({"scripts": {"test": "mocha"}}),
            "packages/other/test/x.test.js": "it('is another package', () => { throw new Error('cart') });\n",
        },
        "packages/shop/src/cart.ts",
        "packages/shop/",
        modules=True,
    ),
}
