"""Kills the hub, agents and their workers with SIGKILL at random moments while
files come, change and go on real machines that quarantine by themselves. In the
end: what an agent was told is stored is stored, once, byte for byte and without
gaps; each malicious file was told of; and each is where it was, whole, or held
exactly once, whole: it is ordered back and compared.

  machine_kill.py BIN_FOLDER KILLS
"""

import collections
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
import threading
import time

from hub_kill import Hub, check_applied

AGENTS = 2
# An agent takes at most 20 an hour by itself and gives back at most 20.
MALICIOUS_EACH = 18
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Machine:
    def __init__(self, binaries, folder, number, hub):
        self.binaries, self.folder = binaries, folder / f"machine-{number}"
        self.tree = self.folder / "srv"
        self.tree.mkdir(parents=True)
        self.config = self.folder / "khien.toml"
        self.config.write_text(
            f'[agent]\nfolder = "{self.folder}/agent"\nrun_folder = "{self.folder}/run"\nroots = ["{self.tree}"]\n'
            f'worker = "{binaries}/khien-worker"\ncontent = "{ROOT}/content/scan"\nclamd = false\n'
            'quarantine_automatically = true\n')
        self.written = {}     # malicious: path → bytes
        subprocess.run([binaries / "khien-agent", "enrol", "--config", self.config, "--hub",
                        f"https://127.0.0.1:{hub.ports[1]}", "--token", hub.token()], check=True, capture_output=True)

    def start(self):
        self.process = subprocess.Popen([self.binaries / "khien-agent", "run", "--config", self.config],
                                        stdout=subprocess.DEVNULL, stderr=open(self.folder / "agent.log", "ab"))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def kill_worker(self):
        try:
            children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            threads = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
            for thread in threads:
                children += (thread / "children").read_text().split()
        except OSError:
            return False
        for child in set(children):
            try:
                if pathlib.Path(f"/proc/{child}/comm").read_text().startswith("khien-worker"):
                    subprocess.run(["kill", "-KILL", child], check=False)
                    return True
            except OSError:
                pass
        return False

    def waiting(self):
        """Events that wait for the hub."""
        with sqlite3.connect(f"file:{self.folder}/agent/spool.db?mode=ro", uri=True) as spool:
            return spool.execute("SELECT count(*) FROM event").fetchone()[0]

    def acknowledged(self):
        """{epoch: highest number} that this agent believes is stored."""
        with sqlite3.connect(f"file:{self.folder}/agent/spool.db?mode=ro", uri=True) as spool:
            epoch, base, position = spool.execute("SELECT epoch, base, acknowledged FROM stream").fetchone()
        return epoch, position - base


class Writer(threading.Thread):
    """Files come, change and go; some are malicious."""

    def __init__(self, machines, chance, seconds):
        super().__init__(daemon=True)
        self.machines, self.chance, self.ended = machines, chance, threading.Event()
        self.pause = seconds / (MALICIOUS_EACH * AGENTS)

    def run(self):
        number, due = 0, time.monotonic()
        while not self.ended.is_set():
            number += 1
            machine = self.chance.choice(self.machines)
            clean = machine.tree / f"{self.chance.randrange(200)}.txt"
            if self.chance.random() < 0.2:
                clean.unlink(missing_ok=True)
            else:
                clean.write_bytes(self.chance.randbytes(self.chance.choice([10, 5_000, 300_000])))
            if time.monotonic() >= due and len(machine.written) < MALICIOUS_EACH:
                due = time.monotonic() + self.pause
                path = machine.tree / f"shell-{number}.php"
                text = (f"<?php /* {number} " + "x" * self.chance.randrange(200_000) + " */ eval($_REQUEST['c']);\n").encode()
                path.write_bytes(text)
                machine.written[str(path)] = text
            time.sleep(0.02)


def stored_events(ledger):
    """What breaks the ledger's promise, and {machine: {epoch: set of numbers}}, and malicious paths."""
    wrong, numbers, malicious = [], collections.defaultdict(lambda: collections.defaultdict(set)), set()
    connection = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        wrong.append("the ledger is damaged")
    rows = connection.execute("SELECT s.machine_id, e.epoch, e.seq, e.sha256, e.text FROM event e "
                              "JOIN stream s ON s.number = e.stream_number")
    for machine, epoch, seq, digest, text in rows:
        if seq in numbers[machine][epoch]:
            wrong.append(f"{machine} {epoch} {seq} is stored twice")
        numbers[machine][epoch].add(seq)
        if hashlib.sha256(text).digest() != digest:
            wrong.append(f"{machine} {epoch} {seq} has another hash than its bytes")
        event = json.loads(text)
        if event["kind"] == "file_seen" and event["khien"]["verdict"] == "malicious":
            malicious.add(event["file"]["path"])
    for machine, epoch, low, high in connection.execute(
            "SELECT s.machine_id, d.epoch, d.seq_lo, d.seq_hi FROM drop_record d "
            "JOIN stream s ON s.number = d.stream_number"):
        numbers[machine][epoch] |= set(range(low, high + 1))
    for machine, epochs in numbers.items():
        for epoch, seen in epochs.items():
            if seen != set(range(1, len(seen) + 1)):
                wrong.append(f"machine {machine}, epoch {epoch}: gaps")
    return wrong, numbers, malicious


def told_of(ledger, path):
    """What the ledger has of a path: verdicts and reasons."""
    connection = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    events = [json.loads(text) for (text,) in connection.execute("SELECT text FROM event")]
    return [event["khien"] for event in events if event.get("file", {}).get("path") == path]


def items(hub):
    out = subprocess.run([hub.binaries / "khien", "quarantine", "list", "--all", "--json", "--config", hub.config],
                         check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def check_files(machines, held):
    """Each malicious file: where it was, or held once; never neither, never both."""
    wrong, kept = [], collections.Counter(item["path"] for item in held if item["state"] == "held")
    for machine in machines:
        for path, text in machine.written.items():
            there = pathlib.Path(path)
            whole = there.exists() and there.read_bytes() == text
            if there.exists() and not whole and there.stat().st_size != 0:
                wrong.append(f"{path} is there in part")
            if kept[path] > 1:
                wrong.append(f"{path} is held {kept[path]} times")
            if not whole and kept[path] == 0:
                wrong.append(f"{path} is neither where it was nor held")
            if whole and kept[path] == 1:
                wrong.append(f"{path} is where it was and held")
    return wrong


def check_way_back(hub, machines, held):
    """Each file that is held comes back byte for byte."""
    wrong = []
    wanted = [item for item in held if item["state"] == "held"]
    for item in wanted:
        subprocess.run([hub.binaries / "khien", "quarantine", "restore", str(item["id"]), "--as", "admin", "--reason",
                        "test", "--until", time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86400)),
                        "--config", hub.config], check=True, capture_output=True)
    texts = {path: text for machine in machines for path, text in machine.written.items()}
    until = time.monotonic() + 240
    while time.monotonic() < until:
        left = [i["path"] for i in wanted if not pathlib.Path(i["path"]).exists()]
        if not left:
            break
        time.sleep(1)
    for item in wanted:
        path = pathlib.Path(item["path"])
        if not path.exists() or path.read_bytes() != texts[item["path"]]:
            wrong.append(f"{path} did not come back as it was")
    return wrong, len(wanted)


def wait_until(what, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(1)
    return False


def settled(hub, machines):
    """What is held, and what is wrong with it. A file that was found a moment ago is taken between two looks, and
    one that was found while its agent died at the next look."""
    until = time.monotonic() + 60
    while True:
        held = items(hub)
        wrong = check_files(machines, held)
        if not wrong or time.monotonic() > until:
            return held, wrong
        time.sleep(1)


def kill_some(hub, machines, chance, kills):
    """How often each kind of process was killed."""
    count = collections.Counter()
    while sum(count.values()) < kills:
        time.sleep(chance.uniform(0.02, 0.8))
        kind = chance.choice(["hub", "agent", "worker"])
        machine = chance.choice(machines)
        if kind == "hub":
            hub.kill()
            hub.start()
        elif kind == "agent":
            machine.kill()
            machine.start()
        elif not machine.kill_worker():
            continue
        count[kind] += 1
    return count


def quiet(hub, machines, malicious_wanted):
    def told():
        _, _, malicious = stored_events(hub.folder / "hub" / "ledger.db")
        return malicious >= malicious_wanted
    return wait_until(told, 180) and wait_until(lambda: all(machine.waiting() == 0 for machine in machines), 60)


def print_log(path):
    """The last lines, without those that only repeat what was found."""
    lines = [line for line in path.read_text(errors="replace").splitlines() if "agent.found" not in line]
    print("\n".join([path.parent.name, *lines[-60:]]))


def main():
    binaries, kills = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="khien-kill-"))
    folder.chmod(0o755)
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    hub = Hub(binaries, folder)
    machines, wrong = [], []
    try:
        hub.start()
        machines = [Machine(binaries, folder, number, hub) for number in range(AGENTS)]
        for machine in machines:
            machine.start()
        writer = Writer(machines, random.Random(seed + 1), kills * 0.5)
        writer.start()
        count = kill_some(hub, machines, chance, kills)
        writer.ended.set()
        writer.join()
        wanted = {path for machine in machines for path in machine.written}
        if not quiet(hub, machines, wanted):
            ledger = hub.folder / "hub" / "ledger.db"
            _, _, malicious = stored_events(ledger)
            wrong.append(f"not quiet: {[(path, told_of(ledger, path)) for path in sorted(wanted - malicious)]} were not told of, "
                         f"{[machine.waiting() for machine in machines]} events wait")
        held, broken = settled(hub, machines)
        wrong += broken
        back, restored = check_way_back(hub, machines, held)
        wrong += back
        for machine in machines:
            machine.process.send_signal(signal.SIGTERM)
            machine.process.wait(timeout=30)
        acknowledged = [machine.acknowledged() for machine in machines]
        hub.kill()
        broken, numbers, _ = stored_events(folder / "hub" / "ledger.db")
        wrong += broken + check_applied(folder)
        # Machines are numbered in the order in which they joined.
        for (machine, epochs), (epoch, highest) in zip(sorted(numbers.items()), acknowledged):
            if not set(range(1, highest + 1)) <= epochs[epoch]:
                wrong.append(f"machine {machine}: acknowledged up to {highest} in epoch {epoch}, not all stored")
        stored = sum(len(seen) for epochs in numbers.values() for seen in epochs.values())
        print(json.dumps({"kills": dict(count), "stored": stored, "malicious": len(wanted), "held": restored,
                          "wrong": len(wrong), "seed": seed}))
        for line in wrong[:20]:
            print(line)
        if wrong:
            for machine in machines:
                print_log(machine.folder / "agent.log")
        return 1 if wrong or not wanted or restored == 0 else 0
    finally:
        for machine in machines:
            if machine.process.poll() is None:
                machine.kill()
        if hub.process.poll() is None:
            hub.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
