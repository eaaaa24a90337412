"""For web servers: `granian --interface wsgi wsgi:app`, after TRACKER_DATA has named the data folder."""

from __future__ import annotations

from config import from_process
from tracker.app import create_app

app = create_app(from_process())
