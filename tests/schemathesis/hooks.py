"""What Schemathesis is told beside our OpenAPI description: who calls, and which ids there are. Counts the answers."""

import atexit
import collections
import json
import os
import random
import threading
import urllib.error
import urllib.request
import uuid

import schemathesis

URL = os.environ["CLINIC_URL"] + "/api/v1"
EMAIL = os.environ.get("CLINIC_EMAIL")
PASSWORD = os.environ.get("CLINIC_PASSWORD")

# Hypothesis keeps the seed of the usual source of chance for itself.
chance = random.Random()
statuses = collections.Counter()
# By collection (`slots`), the ids that were seen in its answers.
known = collections.defaultdict(lambda: collections.deque(maxlen=50))
lock = threading.Lock()


def is_uuid(value):
    try:
        return isinstance(value, str) and bool(uuid.UUID(value))
    except ValueError:
        return False


def seen(collection, value):
    """Remembers every id in an answer: `id` belongs to the collection that was asked, `slot_id` to `slots`."""
    if isinstance(value, list):
        for item in value:
            seen(collection, item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if is_uuid(item) and (name == "id" or name.endswith("_id")):
                known[collection if name == "id" else name[: -len("_id")] + "s"].append(item)
            else:
                seen(collection, item)


def real(collection, value):
    """Mostly an id that there is, where one of the right shape was made up."""
    with lock:
        ids = known[collection]
        return chance.choice(ids) if ids and is_uuid(value) and chance.random() < 0.7 else value


def collection_of(path):
    return path.removeprefix("/api/v1/").split("/")[0]


@schemathesis.hook
def before_call(context, case, *rest):
    collection = collection_of(case.operation.path)
    path = case.path_parameters
    if isinstance(path, dict) and "id" in path:
        path["id"] = real(collection, path["id"])
    for part in (case.body, case.query):
        if isinstance(part, dict):
            for name in [name for name in part if isinstance(name, str) and name.endswith("_id")]:
                part[name] = real(name[: -len("_id")] + "s", part[name])


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        statuses[response.status_code] += 1
        if response.status_code < 300 and "json" in str(response.headers.get("content-type")):
            try:
                seen(collection_of(case.operation.path), json.loads(response.content))
            except ValueError:
                pass


def call(path, body):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


if EMAIL:

    @schemathesis.auth(refresh_interval=10)
    class Login:
        """Logs in again now and then, for the session may have been ended; keeps the old token where that fails."""

        token = "none"

        def get(self, case, context):
            try:
                Login.token = call("/auth/login", {"identifier": EMAIL, "password": PASSWORD})["access_token"]
            except urllib.error.HTTPError:
                pass
            return Login.token

        def set(self, case, token, context):
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {token}"


@atexit.register
def tell():
    with open(os.environ["CLINIC_COUNTS"], "w") as file:
        json.dump(statuses, file)
