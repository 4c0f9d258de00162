"""One trace of each language, as its runtime prints it; written for these tests."""

from __future__ import annotations

PYTHON_CHAIN = """\
Traceback (most recent call last):
  File "/app/a.py", line 3, in outer
    inner()
    ~~~~~^^
  File "/app/b.py", line 7, in inner
    raise KeyError("x")
KeyError: 'x'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/c.py", line 1, in run
    outer()
ValueError: bad"""
PYTHON_GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "/app/g.py", line 9, in <module>
  |     raise ExceptionGroup("eg", [ValueError(1)])
  | ExceptionGroup: eg (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/g.py", line 3, in one
    |     raise ValueError(1)
    | ValueError: 1
    +---------------- 2 ----------------
    | TypeError: 2
    +------------------------------------"""
PYTHON_SYNTAX = """\
Traceback (most recent call last):
  File "/app/m.py", line 1, in <module>
    import bad
  File "/app/bad.py", line 2
    def f(:
          ^
SyntaxError: invalid syntax"""
JAVA = """\
java.lang.RuntimeException: outer
\tat com.shop.Checkout.run(Checkout.java:20)
\tat java.base/java.lang.Thread.run(Thread.java:829)
\tat com.shop.A$$Lambda$14/0x0000000800c.run(Unknown Source)
\tat jdk.internal.reflect.NativeMethodAccessorImpl.invoke0(Native Method)
\tSuppressed: java.io.IOException: close
\t\tat com.shop.R.close(R.java:3)
Caused by: java.lang.IllegalStateException: no price
\tat com.shop.Price.of(Price.kt:7)
\t... 3 more"""
NODE = """\
/app/x.js:3
    throw new Error('boom', { cause });
    ^

Error: boom
    at Object.<anonymous> (/app/x.js:3:11)
    at new Shop (file:///app/shop.mjs:9:3)
    at async run (webpack:///./src/run.ts?:5:1)
    at node:internal/main/run_main_module:23:47 {
  code: 'E',
  [cause]: TypeError: inner
      at f (/app/y.js:1:2)
}

Node.js v20.1.0"""
GO = """\
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48]

goroutine 1 [running]:
main.(*Shop).Price(0x0, {0x1, 0x2})
\t/app/main.go:9 +0x1d
main.main()
\t/app/main.go:5 +0x2
created by main.start in goroutine 1
\t/app/main.go:3 +0x1

goroutine 18 [select]:
net/http.(*Server).Serve(0xc0)
\t/usr/local/go/src/net/http/server.go:3056 +0x1
exit status 2"""
RUST = """\
thread 'main' panicked at src/main.rs:4:6:
index out of bounds
stack backtrace:
   0: rust_begin_unwind
             at /rustc/4d/library/std/src/panicking.rs:692:5
   1: shop::price::h0123456789abcdef
             at ./src/price.rs:4:6
note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace."""
CSHARP = """\
Unhandled exception. System.InvalidOperationException: outer
 ---> System.ArgumentException: inner
   at Shop.Price.Of(String sku) in /src/Price.cs:line 7
   --- End of inner exception stack trace ---
   at Shop.Program.<Main>$(String[] args) in /src/Program.cs:line 3"""
PHP = """\
PHP Fatal error:  Uncaught App\\Boom: it broke in /app/a.php:3
Stack trace:
#0 /app/b.php(9): App\\Shop->price('x')
#1 {main}

Next RuntimeException: outer in /app/c.php:5
Stack trace:
#0 /app/d.php(2): main()
#1 {main}
  thrown in /app/c.php on line 5"""
RUBY = """\
app/price.rb:7:in 'Shop#of': undefined method '*' for nil (NoMethodError)

    x * 2
      ^
\tfrom app/run.rb:3:in 'block in <main>'
\tfrom /usr/lib/ruby/gems/3.4/gems/rake/lib/rake.rb:1:in 'each'"""
DART = """\
Unhandled exception:
FormatException: no number
#0      price (file:///app/shop.dart:7:3)
#1      _startIsolate.<anonymous closure> (dart:isolate-patch/isolate_patch.dart:265)"""
SWIFT = "/app/Sources/Shop/Price.swift:7: Fatal error: Index out of range"
RUST_BARE = """\
thread 'main' panicked at src/main.rs:4:6:
crash and burn
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"""
FIREFOX = """\
TypeError: cart is undefined
price@https://shop.example/app.js:9:13
Cart.prototype.sum/<@https://shop.example/app.js line 4 > eval:2:96
async*sum(1)@resource://shop/vendor.js:18:23
@https://shop.example/node_modules/@shop/a.js:33"""
SAFARI = """\
TypeError: null is not an object (evaluating 'cart.sum')
module code@http://localhost:8000/test.js:1:16
http://localhost:8000/lib.js:239:31
value@index.ios.bundle:12:1917
evaluate@[native code]
[native code]"""
TRACES = {
    "python chain": PYTHON_CHAIN,
    "python group": PYTHON_GROUP,
    "python syntax": PYTHON_SYNTAX,
    "java": JAVA,
    "node": NODE,
    "go": GO,
    "rust": RUST,
    "rust bare": RUST_BARE,
    "csharp": CSHARP,
    "php": PHP,
    "ruby": RUBY,
    "dart": DART,
    "swift": SWIFT,
    "firefox": FIREFOX,
    "safari": SAFARI,
}
