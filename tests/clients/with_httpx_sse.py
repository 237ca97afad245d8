"""Prints what a stream says until it ends, by httpx-sse: a line of JSON for each event."""

import json
import sys

import httpx
import httpx_sse

url, token, after = sys.argv[1:]
headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": after} if after else {})
try:
    with httpx.Client(timeout=60) as client:
        with httpx_sse.connect_sse(client, "GET", url, headers=headers) as stream:
            stream.response.raise_for_status()
            for event in stream.iter_sse():
                print(json.dumps({"id": event.id, "name": event.event, "data": event.data}), flush=True)
except httpx.ReadError as error:
    sys.exit(f"cut: {error}")
