"""A throw-away installation of a release build, with a list of 50 that came in as any list does: imported and adopted."""

import csv
import http.client
import os
import re
import subprocess
import time
from urllib.parse import urlencode

ENTRIES = 50
PROGRAM = "target/release/forenotice"
LOGIN, PASSWORD = "bench@publisher.example", "benchmark lamp onion"
COUNTRIES = ["Norway", "Germany", "Ireland", "France", "United States", "India"]


class Installation:
    """The server as its own process, on a database in `folder`."""

    def __init__(self, folder, port):
        self.folder, self.port, self.process = folder, port, None
        self.environment = {
            "PATH": os.environ["PATH"],
            "RUST_LOG": os.environ.get("RUST_LOG", "info"),
            "DATABASE_URL": f"sqlite://{folder}/forenotice.db",
            "FORENOTICE_LISTEN": f"127.0.0.1:{port}",
        }

    def command(self, *arguments, typed=""):
        subprocess.run([PROGRAM, *arguments], env=self.environment, input=typed, text=True, check=True, stdout=subprocess.DEVNULL)

    def start(self):
        """Milliseconds from starting the process to the first page."""
        log = open(f"{self.folder}/log", "a")
        began = time.perf_counter()
        self.process = subprocess.Popen([PROGRAM, "serve"], env=self.environment, stderr=log)
        while True:
            try:
                if self.get("/subprocessors").status == 200:
                    return (time.perf_counter() - began) * 1000
            except OSError:
                pass
            if self.process.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit(f"the server did not start: {open(log.name).read()}")
            time.sleep(0.001)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def get(self, path, headers={}):
        return request(self.port, "GET", path, headers=headers)

    def memory(self):
        """Resident now and at most, in MB."""
        status = open(f"/proc/{self.process.pid}/status").read()
        return [int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) / 1024 for name in ("VmRSS", "VmHWM")]

    def fill(self):
        """Takes the list in as drafts by the command, and adopts them as an approver does."""
        path = f"{self.folder}/list.csv"
        with open(path, "w", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(["Subprocessor", "Service", "Purpose", "Country", "Personal data", "Website"])
            for n in range(1, ENTRIES + 1):
                country = COUNTRIES[n % len(COUNTRIES)]
                sheet.writerow([f"Vendor {n:02} Ltd", "Hosting", "Keeps and computes what customers store in the product", country,
                                "Name, e-mail address, log files", f"https://vendor-{n:02}.example/"])
        self.command("import", path)
        self.command("user", "add", LOGIN, "--name", "Benchmark", "--role", "legal_approver", typed=PASSWORD + "\n")
        signed_in = self.post("/staff/sign-in", {"login": LOGIN, "password": PASSWORD})
        cookie = signed_in.getheader("set-cookie").split(";")[0]
        page = request(self.port, "GET", "/staff/register/adopt", headers={"cookie": cookie})
        drafts = re.findall(r'name="(adopt-[^"]+)"', page.text)
        adopted = self.post("/staff/register/adopt", {**{name: "yes" for name in drafts}, "since_all": "2024-01-01", "attested": "yes"}, cookie)
        if adopted.status != 303 or len(drafts) != ENTRIES:
            raise SystemExit(f"{len(drafts)} drafts, adopted: {adopted.status}")

    def post(self, path, fields, cookie=""):
        headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", "cookie": cookie}
        return request(self.port, "POST", path, urlencode(fields), headers)


def request(port, method, path, body=None, headers={}):
    """One request; the answer has its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.bytes = answer.read()
    answer.text = answer.bytes.decode(errors="replace")
    connection.close()
    return answer
