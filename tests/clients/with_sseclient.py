"""Prints what a stream says until it ends, by sseclient-py: a line of JSON for each event."""

import json
import sys

import requests
import sseclient

url, token, after = sys.argv[1:]
headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": after} if after else {})
response = requests.get(url, headers=headers, stream=True, timeout=60)
response.raise_for_status()
try:
    for event in sseclient.SSEClient(response).events():
        print(json.dumps({"id": event.id, "name": event.event, "data": event.data}), flush=True)
except requests.exceptions.RequestException as error:
    sys.exit(f"cut: {error}")
