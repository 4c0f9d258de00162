"""DynamoDB Local from Maven Central, on loopback."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

# Newer versions need packages that Maven Central does not serve.
VERSION = "3.1.0"
POM = f"""<project><modelVersion>4.0.0</modelVersion>
<groupId>tracemend</groupId><artifactId>dynamodb-local</artifactId><version>1</version>
<dependencies><dependency><groupId>software.amazon.dynamodb</groupId>
<artifactId>DynamoDBLocal</artifactId><version>{VERSION}</version></dependency></dependencies>
</project>"""


class DynamoDBLocal:
    """A server process; entering gives its endpoint. `jars` keeps the download between runs."""

    def __init__(self, jars: Path, work: Path) -> None:
        self._jars = jars
        self._log = (work / "server.log").open("wb")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> str:
        if not (self._jars / "complete").exists():
            self._download()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        main = "software.amazon.dynamodb.services.local.main.ServerRunner"
        command = ["java", f"-Djava.library.path={self._jars}", "-cp", f"{self._jars}/*", main]
        command += ["-inMemory", "-port", str(port), "-disableTelemetry"]
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log)
        endpoint = f"http://127.0.0.1:{port}"
        self._wait(endpoint)
        return endpoint

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)
        self._log.close()

    def _download(self) -> None:
        self._jars.mkdir(parents=True, exist_ok=True)
        pom = self._jars / "pom.xml"
        pom.write_text(POM)
        command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies"]
        subprocess.run([*command, f"-DoutputDirectory={self._jars}"], check=True, capture_output=True)
        (self._jars / "complete").touch()

    def _wait(self, endpoint: str) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                urlopen(endpoint, timeout=1)  # noqa: S310 - loopback, our own server
            except URLError as error:
                if hasattr(error, "code"):
                    error.close()  # type: ignore[attr-defined]
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise TimeoutError("DynamoDB Local did not answer within 30 s")
