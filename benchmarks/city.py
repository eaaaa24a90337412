"""A throwaway 青溪市: demo data in a temporary folder, and its people."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Config, load
from launcher.environment import ROOT
from tracker.app import create_app
from tracker.store.database import db, transaction
from tracker.store.tables import Account, SignIn
from tracker.web import auth
from tracker.web.edge import CLOCK_KEY


@contextlib.contextmanager
def built() -> Iterator[Config]:
    """The configuration of a data folder filled with the demo, gone afterwards."""
    with TemporaryDirectory(prefix="taizhang-bench-") as folder:
        environ = os.environ | {"TRACKER_DATA": folder, "PYTHONUTF8": "1"}
        for word in ("migrate", "demo"):
            command = [sys.executable, "-m", "tracker.cli", word]
            subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
        yield load(Path(folder), {})


@contextlib.contextmanager
def application(config: Config) -> Iterator[Flask]:
    """The web application in this process."""
    app = create_app(config)
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def people(app: Flask) -> dict[str, FlaskClient]:
    """One signed-in visitor for each role that the demo has, by the role's name."""
    now = app.extensions[CLOCK_KEY]()
    visitors: dict[str, FlaskClient] = {}
    with app.app_context(), transaction(db.session()) as session:
        for account in session.scalars(select(Account).where(Account.active).order_by(Account.id)):
            if account.role in visitors:
                continue
            token = token_urlsafe()
            session.add(
                SignIn(
                    token_hash=sha256(token.encode()).hexdigest(),
                    account_id=account.id,
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now + timedelta(hours=1),
                )
            )
            visitors[account.role] = client = app.test_client()
            with client.session_transaction() as cookie:
                cookie[auth.TOKEN] = token
    return visitors
