import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from consumers import ChatConsumer
from probe import ProbeConsumer

application = ProtocolTypeRouter({
    "websocket": URLRouter([
        path("ws/chat/<slug:room>/", ChatConsumer.as_asgi()),
        path("ws/probe/<slug:room>/", ProbeConsumer.as_asgi()),
    ]),
})
