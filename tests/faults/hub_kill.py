"""Kills the hub with SIGKILL at random moments while real agents upload, starts
it again, and in the end reads the ledger: everything that was acknowledged is
there exactly once and byte for byte, everything else at most once, without gaps.

  hub_kill.py BIN_FOLDER KILLS
"""

import hashlib
import json
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

AGENTS = 4
BATCH = 200
EVENT_BYTES = 534


def event_text(agent, seq):
    head = ('{"@timestamp":"2026-11-22T00:00:00.000Z","kind":"heartbeat","uptime_ms":1,"spool_events":0,'
            f'"memory_bytes":0,"cpu_ms":0,"agent":{agent},"seq":{seq},"pad":"')
    return (head + "x" * max(0, EVENT_BYTES - 2 - len(head)) + '"}').encode()


class Hub:
    def __init__(self, binaries, folder):
        self.binaries, self.folder = binaries, folder
        self.config = folder / "khien.toml"
        self.ports = None
        self.write_config(0, 0, 0)

    def write_config(self, people, agents, monitor):
        self.config.write_text(
            f'[hub]\nfolder = "{self.folder}/hub"\npeople_port = {people}\nagents_port = {agents}\n'
            f'monitor_port = {monitor}\npeople_address = "127.0.0.1"\nagents_address = "127.0.0.1"\n')

    def start(self):
        self.process = subprocess.Popen([self.binaries / "khien", "serve", "--config", self.config],
                                        stdout=subprocess.PIPE, stderr=open(self.folder / "hub.log", "ab"), text=True)
        people = None
        for line in self.process.stdout:
            if line.startswith(("Khiên is ready", "Khiên đã sẵn sàng")):
                people = int(line.rsplit(":", 1)[1].strip(" /\n"))
            if line.startswith("agents "):
                agents, monitor = int(line.split()[1]), int(line.split()[3])
                break
        else:
            raise SystemExit((self.folder / "hub.log").read_text()[-4000:])
        if self.ports is None:
            self.ports = (people, agents, monitor)
            self.write_config(*self.ports)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def token(self):
        out = subprocess.run([self.binaries / "khien", "token", "create", "--json", "--config", self.config],
                             check=True, capture_output=True, text=True).stdout
        return json.loads(out)["token"]


def read_journal(path):
    """{agent: [(first, last), ...]} of what was acknowledged."""
    acknowledged = {}
    for line in path.read_text().splitlines():
        agent, first, last = map(int, line.split())
        acknowledged.setdefault(agent, []).append((first, last))
    return acknowledged


def check(ledger, acknowledged):
    """The list of everything that breaks the promise."""
    wrong = []
    connection = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        wrong.append("the database is damaged")
    stored = {}
    for stream, seq, digest, text in connection.execute("SELECT stream_number, seq, sha256, text FROM event"):
        event = json.loads(text)
        key = (event["agent"], seq)
        if key in stored:
            wrong.append(f"{key} is stored twice")
        stored[key] = stream
        if bytes(text) != event_text(event["agent"], seq):
            wrong.append(f"{key} is not what was sent")
        if hashlib.sha256(text).digest() != digest:
            wrong.append(f"{key} has another hash than its bytes")
    for agent, ranges in acknowledged.items():
        for first, last in ranges:
            missing = [seq for seq in range(first, last + 1) if (agent, seq) not in stored]
            if missing:
                wrong.append(f"agent {agent}: {len(missing)} acknowledged events are missing, first {missing[0]}")
    for agent in {a for a, _ in stored}:
        numbers = sorted(seq for a, seq in stored if a == agent)
        if numbers != list(range(1, len(numbers) + 1)):
            wrong.append(f"agent {agent}: gaps")
    return wrong, len(stored)


def check_applied(folder):
    """Nothing was applied twice: the road's position is not beyond the ledger."""
    hub = sqlite3.connect(f"file:{folder}/hub/khien.db?mode=ro", uri=True)
    if hub.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        return ["khien.db is damaged"]
    return []


def main():
    binaries, kills = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="khien-kill-"))
    folder.chmod(0o755)
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    hub = Hub(binaries, folder)
    load = None
    try:
        hub.start()
        tokens = "".join(hub.token() + "\n" for _ in range(AGENTS))
        journal = folder / "journal"
        load = subprocess.Popen(
            [binaries / "khien-load", "--hub", f"https://127.0.0.1:{hub.ports[1]}", "--identities", folder / "agents",
             "--agents", str(AGENTS), "--batch", str(BATCH), "--event-bytes", str(EVENT_BYTES), "--seconds",
             str(kills * 4 + 60), "--journal", journal], stdin=subprocess.PIPE, text=True)
        load.stdin.write(tokens)
        load.stdin.close()
        while not journal.exists() or journal.stat().st_size == 0:
            time.sleep(0.05)
        for _ in range(kills):
            time.sleep(chance.uniform(0.02, 0.6))
            hub.kill()
            hub.start()
        time.sleep(0.5)
        load.kill()
        load.wait()
        hub.kill()
        acknowledged = read_journal(journal)
        wrong, stored = check(folder / "hub" / "ledger.db", acknowledged)
        wrong += check_applied(folder)
        events = sum(last - first + 1 for ranges in acknowledged.values() for first, last in ranges)
        print(json.dumps({"kills": kills, "acknowledged": events, "stored": stored, "wrong": len(wrong), "seed": seed}))
        for line in wrong[:20]:
            print(line)
        return 1 if wrong or events == 0 else 0
    finally:
        if load and load.poll() is None:
            load.kill()
        if hub.process.poll() is None:
            hub.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
