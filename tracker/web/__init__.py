"""The pages, one module a family; `install` puts them on an application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

# Modules with a `blueprint`; one line a page family.
PAGES: tuple[str, ...] = ()


def install(app: Flask) -> None:
    """Register every page family."""
    for name in PAGES:
        app.register_blueprint(import_module(f"tracker.web.{name}").blueprint)
