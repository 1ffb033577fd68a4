"""Sends what its client asks for, and shows its client what arrives, as Python sees it."""

import json
import sys
from pprint import pformat

from channels.generic.websocket import AsyncWebsocketConsumer

VALUES = {
    "type": "probe.values",
    "text": "grüße 😀 \0",
    "binary": b"\x00\xff\x80",
    "nested": {"list": [1, [2.5, {"deep": None}], {}, []]},
    "nothing": None,
    "yes": True,
    "large": 2**53 + 1,
    "largest": 2**64 - 1,
    "smallest": -(2**63),
    "fraction": 0.1,
    "huge": 1e300,
    "infinite": float("inf"),
}


class ProbeConsumer(AsyncWebsocketConsumer):

    async def connect(self):
        self.room = "probe_" + self.scope["url_route"]["kwargs"]["room"]
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()
        await self.send(self.channel_name)

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive(self, text_data):
        command = json.loads(text_data)
        event = VALUES if command["event"] == "values" else command["event"]
        if "channel" in command:
            await self.channel_layer.send(command["channel"], event)
        else:
            await self.channel_layer.group_send(self.room, event)

    async def show(self, event):
        await self.send(pformat(event, width=sys.maxsize))

    probe_note = probe_note_with_dots = probe_values = show
