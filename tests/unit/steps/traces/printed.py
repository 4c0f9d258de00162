"""Traces as each runtime prints them, with what is in them: for the formats in which logs carry them."""

from __future__ import annotations

from typing import NamedTuple


class Printed(NamedTuple):
    """A trace, and what a reader has to find: frames as (file, line, function), outermost call first."""

    language: str
    exception_type: str
    message: str
    frames: tuple[tuple[str, int, str | None], ...]
    text: str


TRACES: dict[str, Printed] = {
    "py": Printed(
        "python",
        "KeyError",
        "'sku'",
        (
            ("/var/task/app.py", 10, "handler"),
            ("/var/task/lib/price.py", 4, "price"),
        ),
        "Traceback (most recent call last):\n"
        '  File "/var/task/app.py", line 10, in handler\n'
        '    return price(event["items"])\n'
        "           ^^^^^^^^^^^^^^^^^^^^^\n"
        '  File "/var/task/lib/price.py", line 4, in price\n'
        '    return items[0]["sku"]\n'
        "           ~~~~~~~~^^^^^^^\n"
        "KeyError: 'sku'",
    ),
    "py_chain": Printed(
        "python",
        "app.errors.OrderError",
        "order 7 failed",
        (
            ("/app/b.py", 7, "inner"),
            ("/app/a.py", 3, "outer"),
        ),
        "Traceback (most recent call last):\n"
        '  File "/app/b.py", line 7, in inner\n'
        '    raise ValueError("no price")\n'
        "ValueError: no price\n"
        "\n"
        "During handling of the above exception, another exception occurred:\n"
        "\n"
        "Traceback (most recent call last):\n"
        '  File "/app/a.py", line 3, in outer\n'
        "    inner()\n"
        "app.errors.OrderError: order 7 failed",
    ),
    "py_noargs": Printed(
        "python",
        "AssertionError",
        "",
        (("/app/b.py", 7, "inner"),),
        "Traceback (most recent call last):\n"
        '  File "/app/b.py", line 7, in inner\n'
        "    assert x\n"
        "AssertionError",
    ),
    "js": Printed(
        "javascript",
        "TypeError",
        "Cannot read properties of undefined (reading 'price')",
        (
            ("/var/task/index.js", 3, "Runtime.handler"),
            ("/var/task/lib/cart.js", 12, "total"),
        ),
        "TypeError: Cannot read properties of undefined (reading 'price')\n"
        "    at total (/var/task/lib/cart.js:12:27)\n"
        "    at Runtime.handler (/var/task/index.js:3:10)",
    ),
    "js_esm": Printed(
        "javascript",
        "Error",
        "boom",
        (
            ("node:internal/main/run_main_module", 28, None),
            ("/app/src/run.mjs", 9, "main"),
            ("/app/src/shop.mjs", 4, None),
        ),
        "Error: boom\n"
        "    at file:///app/src/shop.mjs:4:9\n"
        "    at async main (file:///app/src/run.mjs:9:3)\n"
        "    at node:internal/main/run_main_module:28:49",
    ),
    "js_code": Printed(
        "javascript",
        "TypeError",
        'The "path" argument must be of type string. Received undefined',
        (
            ("/app/x.js", 4, "Object.<anonymous>"),
            ("node:path", 1097, "Object.join"),
            ("node:internal/validators", 162, "validateString"),
        ),
        'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string. Received undefined\n'
        "    at validateString (node:internal/validators:162:11)\n"
        "    at Object.join (node:path:1097:7)\n"
        "    at Object.<anonymous> (/app/x.js:4:6) {\n"
        "  code: 'ERR_INVALID_ARG_TYPE'\n"
        "}",
    ),
    "js_cause": Printed(
        "javascript",
        "Error",
        "outer",
        (
            ("/app/x.js", 9, "run"),
            ("/app/y.js", 2, "load"),
        ),
        "Error: outer\n"
        "    at run (/app/x.js:9:9) {\n"
        "  [cause]: Error: inner\n"
        "      at load (/app/y.js:2:7)\n"
        "}",
    ),
    "js_webpack": Printed(
        "javascript",
        "ReferenceError",
        "foo is not defined",
        (
            ("webpack-internal:///./src/App.tsx", 14, "App"),
            ("webpack://shop/./src/cart.ts", 7, "Cart.total"),
        ),
        "ReferenceError: foo is not defined\n"
        "    at Cart.total (webpack://shop/./src/cart.ts:7:3)\n"
        "    at App (webpack-internal:///./src/App.tsx:14:11)",
    ),
    "js_class": Printed(
        "javascript",
        "PrismaClientKnownRequestError",
        "Unique constraint failed",
        (("/app/node_modules/@prisma/client/runtime/library.js", 121, "Ln.handleRequestError"),),
        "PrismaClientKnownRequestError: Unique constraint failed\n"
        "    at Ln.handleRequestError (/app/node_modules/@prisma/client/runtime/library.js:121:7753)",
    ),
    "ts_node": Printed(
        "javascript",
        "HttpException",
        "Forbidden",
        (("/app/src/guard.ts", 8, "AuthGuard.canActivate"),),
        "HttpException: Forbidden\n    at AuthGuard.canActivate (/app/src/guard.ts:8:13)",
    ),
    "java": Printed(
        "java",
        "java.lang.NullPointerException",
        'Cannot invoke "Order.getId()" because "order" is null',
        (
            ("Thread.java", 829, "java.lang.Thread.run"),
            ("OrderService.java", 42, "com.shop.OrderService.process"),
        ),
        'java.lang.NullPointerException: Cannot invoke "Order.getId()" because "order" is null\n'
        "\tat com.shop.OrderService.process(OrderService.java:42)\n"
        "\tat java.base/java.lang.Thread.run(Thread.java:829)",
    ),
    "java_cause": Printed(
        "java",
        "org.springframework.web.util.NestedServletException",
        "Request processing failed",
        (
            (
                "FrameworkServlet.java",
                1014,
                "org.springframework.web.servlet.FrameworkServlet.processRequest",
            ),
            ("Api.java", 9, "com.shop.Api.get"),
            ("Repo.java", 3, "com.shop.Repo.find"),
        ),
        "org.springframework.web.util.NestedServletException: Request processing failed\n"
        "\tat org.springframework.web.servlet.FrameworkServlet.processRequest(FrameworkServlet.java:1014) ~[spring-webmvc-5.3.9.jar!/:5.3.9]\n"
        "\t... 57 common frames omitted\n"
        "Caused by: java.sql.SQLException: connection closed\n"
        "\tat com.shop.Repo.find(Repo.java:3) ~[classes!/:na]\n"
        "\tat com.shop.Api.get(Api.java:9) [classes!/:na]\n"
        "\t... 58 more",
    ),
    "kotlin": Printed(
        "java",
        "kotlin.KotlinNullPointerException",
        "",
        (
            ("BuildersKt.kt", 1, "kotlinx.coroutines.BuildersKt.launch"),
            ("Cart.kt", 12, "com.shop.CartKt$total$1.invokeSuspend"),
        ),
        "kotlin.KotlinNullPointerException\n"
        "\tat com.shop.CartKt$total$1.invokeSuspend(Cart.kt:12)\n"
        "\tat kotlinx.coroutines.BuildersKt.launch(BuildersKt.kt:1)",
    ),
    "go": Printed(
        "go",
        "panic",
        "runtime error: index out of range [3] with length 3",
        (
            ("/app/main.go", 9, "main.main"),
            ("/app/cart/cart.go", 14, "shop/cart.(*Cart).Total"),
        ),
        "panic: runtime error: index out of range [3] with length 3\n"
        "\n"
        "goroutine 1 [running]:\n"
        "shop/cart.(*Cart).Total(0xc000012345, {0xc0000b6000, 0x3, 0x4})\n"
        "\t/app/cart/cart.go:14 +0x1d\n"
        "main.main()\n"
        "\t/app/main.go:9 +0x65\n"
        "exit status 2",
    ),
    "go_nil": Printed(
        "go",
        "panic",
        "runtime error: invalid memory address or nil pointer dereference",
        (
            ("/usr/local/go/src/net/http/server.go", 3086, "net/http.(*Server).Serve"),
            ("/app/h.go", 7, "main.handle"),
        ),
        "panic: runtime error: invalid memory address or nil pointer dereference\n"
        "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48f5c3]\n"
        "\n"
        "goroutine 20 [running]:\n"
        "main.handle({0x5f1a60, 0xc0001340e0}, 0xc000156000)\n"
        "\t/app/h.go:7 +0x43\n"
        "created by net/http.(*Server).Serve in goroutine 1\n"
        "\t/usr/local/go/src/net/http/server.go:3086 +0x5cb",
    ),
    "ruby34": Printed(
        "ruby",
        "NoMethodError",
        "undefined method 'price' for nil",
        (
            ("/app/bin/run.rb", 3, "<main>"),
            ("/app/cart.rb", 9, "Array#each"),
            ("/app/cart.rb", 7, "Cart#total"),
        ),
        "/app/cart.rb:7:in 'Cart#total': undefined method 'price' for nil (NoMethodError)\n"
        "\tfrom /app/cart.rb:9:in 'Array#each'\n"
        "\tfrom /app/bin/run.rb:3:in '<main>'",
    ),
    "rails": Printed(
        "ruby",
        "ActiveRecord::RecordNotFound",
        "Couldn't find Order with 'id'=7",
        (
            ("app/controllers/orders_controller.rb", 12, "show"),
            ("app/models/order.rb", 3, "find!"),
        ),
        "ActiveRecord::RecordNotFound (Couldn't find Order with 'id'=7):\n"
        "\n"
        "app/models/order.rb:3:in `find!'\n"
        "app/controllers/orders_controller.rb:12:in `show'",
    ),
    "php": Printed(
        "php",
        "Error",
        "Call to a member function total() on null",
        (("/app/index.php", 5, "handle"),),
        "PHP Fatal error:  Uncaught Error: Call to a member function total() on null in /app/cart.php:12\n"
        "Stack trace:\n"
        "#0 /app/index.php(5): handle(Array)\n"
        "#1 {main}\n"
        "  thrown in /app/cart.php on line 12",
    ),
    "php_ns": Printed(
        "php",
        "App\\Exception\\OrderException",
        "no order",
        (
            ("/app/public/index.php", 20, "App\\Kernel->handle"),
            ("/app/src/Shop.php", 9, "App\\Shop->order"),
        ),
        "PHP Fatal error:  Uncaught App\\Exception\\OrderException: no order in /app/src/Repo.php:3\n"
        "Stack trace:\n"
        "#0 /app/src/Shop.php(9): App\\Shop->order(7)\n"
        "#1 /app/public/index.php(20): App\\Kernel->handle(Object(App\\Request))\n"
        "#2 {main}\n"
        "  thrown in /app/src/Repo.php on line 3",
    ),
    "cs": Printed(
        "csharp",
        "System.NullReferenceException",
        "Object reference not set to an instance of an object.",
        (
            ("/src/Program.cs", 5, "Shop.Program.Main"),
            ("/src/Cart.cs", 12, "Shop.Cart.Total"),
        ),
        "System.NullReferenceException: Object reference not set to an instance of an object.\n"
        "   at Shop.Cart.Total(List`1 items) in /src/Cart.cs:line 12\n"
        "   at Shop.Program.Main(String[] args) in /src/Program.cs:line 5",
    ),
    "cs_inner": Printed(
        "csharp",
        "System.InvalidOperationException",
        "save failed",
        (
            ("/src/Api.cs", 9, "Shop.Api.Save"),
            ("/src/Db.cs", 3, "Shop.Db.<RunAsync>d__4.MoveNext"),
        ),
        "System.InvalidOperationException: save failed\n"
        " ---> System.TimeoutException: timed out\n"
        "   at Shop.Db.<RunAsync>d__4.MoveNext() in /src/Db.cs:line 3\n"
        "--- End of stack trace from previous location ---\n"
        "   --- End of inner exception stack trace ---\n"
        "   at Shop.Api.Save(Order order) in /src/Api.cs:line 9",
    ),
    "fs": Printed(
        "csharp",
        "System.DivideByZeroException",
        "Attempted to divide by zero.",
        (
            ("/src/Program.fs", 9, "Program.main"),
            ("/src/Cart.fs", 3, "Cart.mean"),
        ),
        "Unhandled exception. System.DivideByZeroException: Attempted to divide by zero.\n"
        "   at Cart.mean(FSharpList`1 lines) in /src/Cart.fs:line 3\n"
        "   at Program.main(String[] argv) in /src/Program.fs:line 9",
    ),
    "rust": Printed(
        "rust",
        "panic",
        "called `Option::unwrap()` on a `None` value",
        (("src/main.rs", 7, None),),
        "thread 'main' panicked at src/main.rs:7:23:\n"
        "called `Option::unwrap()` on a `None` value\n"
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    ),
    "rust_bt": Printed(
        "rust",
        "panic",
        "index out of bounds: the len is 3 but the index is 7",
        (
            ("./src/main.rs", 3, "shop::main"),
            ("./src/cart.rs", 9, "shop::cart::total"),
            ("/rustc/9fc6b431/library/core/src/panicking.rs", 72, "core::panicking::panic_fmt"),
        ),
        "thread 'tokio-runtime-worker' panicked at src/cart.rs:9:5:\n"
        "index out of bounds: the len is 3 but the index is 7\n"
        "stack backtrace:\n"
        "   0: core::panicking::panic_fmt\n"
        "             at /rustc/9fc6b431/library/core/src/panicking.rs:72:14\n"
        "   1: shop::cart::total\n"
        "             at ./src/cart.rs:9:5\n"
        "   2: shop::main\n"
        "             at ./src/main.rs:3:5\n"
        "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
    ),
    "swift": Printed(
        "swift",
        "Fatal error",
        "Index out of range",
        (("Swift/ContiguousArrayBuffer.swift", 600, None),),
        "Swift/ContiguousArrayBuffer.swift:600: Fatal error: Index out of range",
    ),
    "dart": Printed(
        "dart",
        "FormatException",
        "Invalid radix-10 number (at character 1)",
        (
            ("file:///app/bin/main.dart", 4, "main"),
            ("dart:core-patch/integers_patch.dart", 53, "int.parse"),
        ),
        "Unhandled exception:\n"
        "FormatException: Invalid radix-10 number (at character 1)\n"
        "#0      int.parse (dart:core-patch/integers_patch.dart:53:8)\n"
        "#1      main (file:///app/bin/main.dart:4:7)",
    ),
}
