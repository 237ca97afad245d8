"""What no schema says: who there is, that an idempotency key belongs to one post, what is to come, which zones there are, that
answers differ, and that only who is asked is reminded, or others told in their place."""

import os
import re
import secrets

import schemathesis


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Posts for people and groups are made for those whom this server knows."""
    for audience in raw_schema["components"]["schemas"]["NewAudience"]["oneOf"]:
        for kind, names in audience.get("properties", {}).items():
            if "items" in names:
                known = "GROUPS" if kind == "groups" else "PEOPLE"
                names["items"]["enum"] = os.environ[known].split(",")


@schemathesis.hook
def before_call(context, case, kwargs):
    """A good key is made one that was never used; what is wrong with a bad one is kept."""
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and len(key) <= 255 and re.fullmatch("[!-~]([ -~]*[!-~])?", key):
        fresh = secrets.token_hex(16)
        headers["Idempotency-Key"] = fresh + key[len(fresh) :]
    body = case.body
    if not isinstance(body, dict):
        return
    for time in ("due", "expires", "pinned", "until"):
        if isinstance(body.get(time), str):
            body[time] = "2999-12-24T08:00"
    if isinstance(body.get("coordinators"), str):
        body["coordinators"] = os.environ["GROUPS"]
    asks(body)
    if isinstance(body.get("zone"), str):
        body["zone"] = "Europe/Vienna"
    answers = body.get("answers")
    if isinstance(answers, list) and len(answers) <= 6 and all(isinstance(answer, str) for answer in answers):
        body["answers"] = [f"Answer {number}" for number in range(len(answers) if len(answers) > 1 else 0)]


def asks(body):
    """Reminders and steps are of posts that ask, and each step has its time and its condition."""
    steps = ("escalate_to", "escalate_after", "escalate_if")
    if not any(field in body for field in ("remind_every", "remind_times", *steps)):
        return
    if "acknowledge" not in body or body["acknowledge"] is False:
        body["acknowledge"] = True
    groups, minutes, unless = (body.get(field, []) for field in steps)
    is_good = (
        isinstance(groups, list) and len(groups) <= 3 and all(isinstance(group, str) for group in groups)
        and isinstance(minutes, list) and all(is_whole(each) and 1 <= each <= 1440 for each in minutes)
        and isinstance(unless, list) and all(each in ("any", "half", "all") for each in unless)
    )
    if is_good:
        body["escalate_to"], body["escalate_after"] = [os.environ["GROUPS"]], [10]
        body["escalate_if"] = unless[:1]


def is_whole(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value)
