"""The composition root: `create_app(config)` wires store, edge and pages together."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect

from config import Config
from tracker import web
from tracker.clock import clock_from
from tracker.delivering import ways_out
from tracker.store.database import WEB_BUSY_SECONDS, db, prepare_engine
from tracker.web.edge import CLOCK_KEY, CONFIG_KEY, ROUTES_KEY
from tracker.web.incoming import FitRequest


def create_app(config: Config) -> Flask:
    """The web application for one configuration; also what the worker and the commands run inside."""
    app = Flask("tracker", template_folder="../templates", static_folder="static")
    app.request_class = FitRequest
    app.config.update(config.as_flask())
    app.extensions[CONFIG_KEY] = config
    app.extensions[CLOCK_KEY] = clock_from(config.clock)
    app.extensions[ROUTES_KEY] = tuple(ways_out(config).routes)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, busy_seconds=WEB_BUSY_SECONDS)
    CSRFProtect(app)
    Bootstrap5(app)
    web.install(app)
    return app
