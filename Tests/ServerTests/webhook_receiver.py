"""Receives webhooks, checks them with the library that receivers use, and notes them in a file, one JSON a line.

It answers what the file beside it says: a status, `slow`, or `once`, which refuses each message the first time. Usage: webhook_receiver.py SECRET NOTES ANSWER
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from standardwebhooks import Webhook

secret, notes, answer = sys.argv[1:]
lock = Lock()
refused = set()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if len(body) < int(self.headers["content-length"]):
            return  # The sender was killed in the middle: nobody waits for an answer.
        try:
            message = Webhook(secret).verify(body, dict(self.headers))
            note = {"type": message["type"], "verified": True, "sequence": message["data"].get("sequence")}
            note["order"] = message["data"].get("order", {}).get("external_id")
            note["version"] = message["data"].get("version")
        except Exception as error:  # whatever it is, the test is to see it
            note = {"verified": False, "error": repr(error)}
        note["id"] = self.headers["webhook-id"]
        with open(answer) as file:
            wanted = file.read().strip()
        if wanted == "slow":
            time.sleep(0.2)
        status = int(wanted) if wanted.isdigit() else 204
        with lock:
            if wanted == "once" and note["id"] not in refused:
                refused.add(note["id"])
                status = 500
        note["answered"] = status
        with lock, open(notes, "a") as file:
            file.write(json.dumps(note) + "\n")
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


def end_with_the_test():
    """A receiver that outlived its test would keep the test's output open."""
    sys.stdin.buffer.read()
    os._exit(0)


Thread(target=end_with_the_test, daemon=True).start()
server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
