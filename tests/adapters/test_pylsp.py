"""The editor: python-lsp-server runs the flake8 plugin on what is typed, driven here by a client over stdio."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.adapters.program import environment, project

PATIENCE = 60.0
"""Seconds to wait for one message."""


class Client:
    """As much of the language server protocol as an editor needs to show diagnostics."""

    def __init__(self, root: Path) -> None:
        path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pylsp"],
            cwd=root,
            env=environment(PATH=path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._received: queue.Queue[dict[str, Any]] = queue.Queue()
        assert self._process.stdout is not None
        threading.Thread(target=self._receive, args=(self._process.stdout,), daemon=True).start()

    def notify(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, **params: Any) -> Any:
        self._send({"id": method, "method": method, "params": params})
        return self._wait(lambda message: message.get("id") == method)["result"]

    def diagnostics(self, uri: str, version: int) -> list[dict[str, Any]]:
        """The next that the server publishes of one version of a file."""
        found = self._wait(
            lambda message: message.get("method") == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == uri
            and message["params"].get("version", version) == version
        )
        published: list[dict[str, Any]] = found["params"]["diagnostics"]
        return published

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self, stream: BinaryIO) -> None:
        while header := stream.readline():
            length = int(header.split(b":")[1]) if header.lower().startswith(b"content-length") else 0
            while header.strip():
                header = stream.readline()
            self._received.put(json.loads(stream.read(length)))

    def _wait(self, fits: Any) -> dict[str, Any]:
        while True:
            message = self._received.get(timeout=PATIENCE)
            if fits(message):
                return message


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path, {"chat/api.py": "from chat.engine import Engine\n"})


@pytest.fixture
def editor(root: Path) -> Iterator[Client]:
    client = Client(root)
    client.request("initialize", processId=os.getpid(), rootUri=root.as_uri(), capabilities={})
    client.notify("initialized")
    others = ("pycodestyle", "pyflakes", "mccabe", "pylint", "pydocstyle", "autopep8", "yapf")
    plugins = {"flake8": {"enabled": True}, **{name: {"enabled": False} for name in others}}
    client.notify("workspace/didChangeConfiguration", settings={"pylsp": {"plugins": plugins}})
    yield client
    client.close()


def test_what_is_typed_and_not_saved_is_diagnosed(root: Path, editor: Client) -> None:
    uri = (root / "chat" / "api.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": "\nfrom chat.old import Engine\n\nEngine()\n"}
    editor.notify("textDocument/didOpen", textDocument=document)

    [ours] = [one for one in editor.diagnostics(uri, 1) if one["code"].startswith("SOT")]
    assert ours["code"] == "SOT101" and ours["source"] == "flake8"
    assert ours["message"].startswith("SOT101 ")
    assert ours["range"]["start"] == {"line": 1, "character": 21}

    mended = [{"text": "from chat.engine import Engine\n\nEngine()\n"}]
    editor.notify("textDocument/didChange", textDocument={"uri": uri, "version": 2}, contentChanges=mended)
    assert [one["code"] for one in editor.diagnostics(uri, 2)] == []
    assert (root / "chat" / "api.py").read_text() == "from chat.engine import Engine\n"
