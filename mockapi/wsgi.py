"""The WSGI application, for those who bring their own server: `gunicorn mockapi.wsgi:app`, with settings from the environment."""

from __future__ import annotations

from mockapi.assembly import build_app
from mockapi.settings import read_settings

app = build_app(read_settings(), lambda: False)
