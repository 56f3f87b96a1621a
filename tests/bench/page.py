"""The public pages under load, beside a bare axum route with the same answer; memory after it, and how long a start takes.

Ours and the bare route are loaded one after the other, in turns, several times; the medians count. Figures of different
days or machines cannot be compared, their ratio can."""

import json
import os
import socket
import statistics
import subprocess
import tempfile

from installation import ENTRIES, Installation

SECONDS = int(os.environ.get("BENCH_SECONDS", "10"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
RESULTS = "target/bench/results.json"
# What each connection gets anew.
NOT_COMPARED = {"date", "content-length", "connection", "x-request-id"}


def load(port, path, headers, seconds):
    command = ["wrk", "-t2", "-c64", f"-d{seconds}s", "-s", "tests/bench/wrk.lua"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    said = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True).stdout
    counted = json.loads(said.split("JSON ", 1)[1])
    if counted["failed"] or not counted["requests"]:
        raise SystemExit(f"{path}: {counted['failed']} of {counted['requests']} requests failed")
    return {
        "requests": counted["requests"],
        "rate": counted["requests"] / counted["microseconds"] * 1e6,
        "p50": counted["p50"] / 1000,
        "p99": counted["p99"] / 1000,
    }


def cpu_seconds(pid):
    """Of one process; what else runs on the machine hardly changes it."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def warm(pid, port, path, headers):
    load(port, path, headers, min(3, SECONDS))
    before = cpu_seconds(pid)
    measured = load(port, path, headers, SECONDS)
    measured["cpu"] = (cpu_seconds(pid) - before) / measured["requests"] * 1e6
    return measured


def bare(answer, path, headers, folder):
    """The same load on a process that gives this answer and nothing else."""
    lines = [str(answer.status)] + [f"{n}: {v}" for n, v in answer.getheaders() if n.lower() not in NOT_COMPARED]
    with open(f"{folder}/answer", "wb") as file:
        file.write("\n".join(lines).encode() + b"\n\n" + answer.bytes)
    process = subprocess.Popen(["target/release/bare", f"{folder}/answer"], stdout=subprocess.PIPE, text=True)
    try:
        return warm(process.pid, int(process.stdout.readline().rsplit(":", 1)[1]), path, headers)
    finally:
        process.terminate()
        process.wait()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def measure(folder):
    results = []

    def note(name, ours, unit, beside, at):
        results.append({"name": name, "ours": round(ours, 2), "unit": unit, "beside": {k: round(v, 2) for k, v in beside.items()}, "load": round(at, 2)})

    installation = Installation(folder, free_port())
    try:
        at = os.getloadavg()[0]
        note("first start to first page", installation.start(), "ms", {}, at)
        installation.fill()
        pages = [
            ("public list", "/subprocessors", {}),
            ("public list as JSON", "/subprocessors.json", {}),
            ("public list, unchanged (304)", "/subprocessors", {"if-none-match": installation.get("/subprocessors").getheader("etag")}),
        ]
        if installation.get("/subprocessors").text.count("Vendor ") < ENTRIES:
            raise SystemExit("the list is not filled")
        for name, path, headers in pages:
            at, ours, theirs = os.getloadavg()[0], [], []
            for _ in range(ROUNDS):
                ours.append(warm(installation.process.pid, installation.port, path, headers))
                answer = installation.get(path, headers)
                theirs.append(bare(answer, path, headers, folder))
            middle = lambda rounds, key: statistics.median(r[key] for r in rounds)
            for what, key, unit in (("", "rate", "requests/s"), (", p50", "p50", "ms"), (", p99", "p99", "ms"), (", CPU each", "cpu", "µs")):
                note(name + what, middle(ours, key), unit, {"bare axum": middle(theirs, key)}, at)
        resident, most = installation.memory()
        note("memory after the load", resident, "MB", {}, at)
        note("most memory", most, "MB", {}, at)
        installation.stop()
        starts = []
        for _ in range(ROUNDS):
            at = os.getloadavg()[0]
            starts.append(installation.start())
            installation.stop()
        note("later start to first page", statistics.median(starts), "ms", {}, at)
    finally:
        installation.stop()
    return results


def main():
    print(f"== {ENTRIES} entries, wrk -t2 -c64 -d{SECONDS}s, {ROUNDS} rounds, load average {os.getloadavg()[0]:.2f}", flush=True)
    if os.getloadavg()[0] > 1:
        print("== this machine is busy: the figures will be too low; their ratio holds better")
    with tempfile.TemporaryDirectory(prefix="forenotice-bench-") as folder:
        results = measure(folder)
    print(f"{'':38}{'ours':>12}{'bare axum':>12}{'ratio':>8}")
    for r in results:
        peer = r["beside"].get("bare axum")
        beside = f"{peer:12,.2f}{r['ours'] / peer:8.2f}" if peer else f"{'':20}"
        print(f"{r['name']:38}{r['ours']:12,.2f}{beside}  {r['unit']}")
    os.makedirs(os.path.dirname(RESULTS), exist_ok=True)
    with open(RESULTS, "w") as file:
        json.dump(results, file, indent=2)
    print(f"== {RESULTS}")


main()
