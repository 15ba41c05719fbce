#!/usr/bin/env python3
"""Talks to a language server: initialize, open a document, hover over its op."""
import json
import subprocess
import sys

TEXT = "func.func @f(%g: tensor<2x?x4xf32>) {\n  %L = mixer.decay %g : tensor<2x?x4xf32>\n  return\n}\n"
URI = "test:///decay.mlir"


def main():
    messages = [
        {"id": 0, "method": "initialize", "params": {"capabilities": {}, "processId": 1, "trace": "off"}},
        {"method": "textDocument/didOpen", "params": {"textDocument": {
            "uri": URI, "languageId": "mlir", "version": 1, "text": TEXT}}},
        {"id": 1, "method": "textDocument/hover", "params": {
            "textDocument": {"uri": URI}, "position": {"line": 1, "character": 10}}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ]
    data = b""
    for message in messages:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        data += b"Content-Length: %d\r\n\r\n" % len(body) + body
    done = subprocess.run([sys.argv[1]], input=data, capture_output=True, timeout=60)
    sys.stdout.write(done.stdout.decode().replace("\r\n\r\n", "\n"))


if __name__ == "__main__":
    main()
