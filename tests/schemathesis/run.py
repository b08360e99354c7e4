"""Sends requests that Schemathesis makes from our OpenAPI description to the release build, as nobody and as each role,
until there were so many; then writes a line into docs/proof/fuzz.md. Each run sends others.

    target/python/bin/python tests/schemathesis/run.py REQUESTS

Each role has a clinic of its own, on SQLite, or on the MariaDB of SLOTKEEPER_TEST_MYSQL_URL in turn with it. Whatever
was done to it, `slotkeeper check` has to find it whole. What fails is printed with the command that does it again.
"""

import collections
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM = ROOT / "target/release/slotkeeper"
SCHEMATHESIS = ROOT / "target/python/bin/schemathesis"
MARIADB = os.environ.get("SLOTKEEPER_TEST_MYSQL_URL")
PASSWORD = "tangerine-velvet-orbit-93"
ROLES = ["nobody", "patient", "doctor", "receptionist", "admin"]
EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
# A rule may refuse what has the right shape (422), so what is well formed need not be accepted.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "use_after_free",
    "ignored_auth",
]


class Clinic:
    """A server on new data with one of each role, some slots and some visits."""

    def __init__(self, engine):
        self.folder = tempfile.TemporaryDirectory(prefix="slotkeeper-schemathesis.")
        self.environment = {
            "PATH": os.environ["PATH"],
            "SLOTKEEPER_DATA_DIR": self.folder.name,
            "SLOTKEEPER_BIND": "127.0.0.1:0",
            "SLOTKEEPER_BCRYPT_COST": "4",
            "SLOTKEEPER_RATE_LIMIT": "off",
            "SLOTKEEPER_LOG_LEVEL": "warn",
            "SLOTKEEPER_ADMINS_MAX": "1000",
        }
        if engine == "MariaDB":
            name = "schemathesis_" + "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=12))
            host, port = MARIADB.rstrip("/").rsplit("@", 1)[1].split(":")
            subprocess.run(
                ["mariadb", "--no-defaults", "--user=root", f"--host={host}", f"--port={port}", "--protocol=tcp"],
                input=f"CREATE DATABASE {name}", text=True, check=True,
            )
            self.environment["SLOTKEEPER_DATABASE_URL"] = f"{MARIADB.rstrip('/')}/{name}"
        self.server = subprocess.Popen([PROGRAM, "serve"], env=self.environment, stdout=subprocess.PIPE, text=True)
        for line in self.server.stdout:
            if line.startswith("listening on "):
                self.url = line.removeprefix("listening on ").strip()
                break
        else:
            sys.exit("the server did not start")
        self.command("admin", "create", "--email", self.email("admin"), "--full-name", "Anna Admin")
        desk = ["--role", "receptionist", "--email", self.email("receptionist"), "--full-name", "Rosa Desk"]
        self.command("account", "create", *desk)
        self.register("patient", {})
        self.register("doctor", {"doctor": {"specialties": ["cardiology"], "license_number": "MD-1"}})
        self.command("account", "activate", self.email("doctor"))
        doctor, patient = self.log_in("doctor"), self.log_in("patient")
        tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
        days = {"start_date": str(tomorrow), "end_date": str(tomorrow + datetime.timedelta(days=2))}
        hours = {"start_time": "09:00", "end_time": "17:00", "slot_minutes": 30}
        self.call("POST", "/slots/bulk", days | hours, doctor)
        free = self.call("GET", "/availability?limit=9", None, patient)["items"]
        for slot in free[::2]:
            self.call("POST", "/appointments", {"slot_id": slot.get("slot_id") or slot["id"]}, patient)

    @staticmethod
    def email(role):
        return f"{role}@example.org"

    def command(self, *arguments):
        quiet = {"stdout": subprocess.DEVNULL, "check": True}
        subprocess.run([PROGRAM, *arguments], env=self.environment, input=PASSWORD + "\n", text=True, **quiet)

    def call(self, method, path, body, token=None):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def register(self, role, block):
        who = {"role": role, "email": self.email(role), "full_name": f"Ada {role}"}
        keys = {"password": PASSWORD, "phone": f"+23480355501{len(role):02}"}
        self.call("POST", "/auth/register", who | keys | block)

    def log_in(self, role):
        return self.call("POST", "/auth/login", {"identifier": self.email(role), "password": PASSWORD})["access_token"]

    def close(self):
        """Stops the server, and says whether its data are whole."""
        self.server.terminate()
        self.server.wait(60)
        return subprocess.run([PROGRAM, "check"], env=self.environment).returncode == 0


def attack(clinic, role, seed):
    """One run of Schemathesis; gives the answers by status, and whether all was well."""
    counts = pathlib.Path(clinic.folder.name) / "counts.json"
    environment = os.environ | {
        "PYTHONPATH": str(HERE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SCHEMATHESIS_HOOKS": "hooks",
        "CLINIC_URL": clinic.url,
        "CLINIC_COUNTS": str(counts),
    }
    if role != "nobody":
        environment |= {"CLINIC_EMAIL": clinic.email(role), "CLINIC_PASSWORD": PASSWORD}
    arguments = [
        *["--checks", ",".join(CHECKS), "--max-examples", str(EXAMPLES), "--seed", str(seed), "--continue-on-failure"],
        *["--request-timeout", "30", "--warnings", "off", "--generation-database", "none"],
    ]
    ended = subprocess.run(
        [SCHEMATHESIS, "--no-color", "--config-file", HERE / "schemathesis.toml", "run", f"{clinic.url}/api/v1/openapi.json", *arguments],
        env=environment, cwd=clinic.folder.name, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    if ended.returncode != 0:
        print(ended.stdout)
    return collections.Counter(json.loads(counts.read_text()) if counts.exists() else {}), ended.returncode == 0


def main():
    wanted = int(sys.argv[1])
    answers, callers, good, round_ = collections.Counter(), collections.Counter(), True, 0
    engines = ["SQLite", "MariaDB"] if MARIADB else ["SQLite"]
    started = time.monotonic()
    while answers.total() < wanted:
        role, engine = ROLES[round_ % len(ROLES)], engines[round_ // len(ROLES) % len(engines)]
        clinic = Clinic(engine)
        seed = random.randrange(2**32)
        try:
            told, passed = attack(clinic, role, seed)
        finally:
            whole = clinic.close()
            clinic.folder.cleanup()
        answers += told
        callers[f"{role} on {engine}"] += told.total()
        good = good and passed and whole and told.total() > 0
        verdict = "well" if passed and whole else "NOT WELL"
        print(f"{role} on {engine}, seed {seed}: {told.total()} answers, {verdict}; {answers.total()} of {wanted}", flush=True)
        round_ += 1
    failures = sum(count for status, count in answers.items() if int(status) >= 500)
    kinds = ", ".join(f"{sum(c for s, c in answers.items() if s[0] == kind)} × {kind}xx" for kind in "2345")
    print(f"{answers.total()} answers in {time.monotonic() - started:.0f} s: {kinds}")
    if not good or failures:
        sys.exit("not well")
    describe = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(describe, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    by_whom = ", ".join(f"{caller}: {count}" for caller, count in callers.items())
    reached = f"{answers.total()} requests ({by_whom}): {kinds}; all checks held"
    with open(ROOT / "docs/proof/fuzz.md", "a") as file:
        command = f"`make test-schemathesis REQUESTS={wanted}`"
        file.write(f"| {datetime.date.today()} | {commit} | {command} | {reached} |\n")


main()
