"""The pages, one module a family; `install` puts them on an application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

# Modules with a `blueprint`; one line a page family.
PAGES: tuple[str, ...] = (
    "accounts",
    "annual",
    "audit",
    "calendar",
    "clocks",
    "crosswalk",
    "dashboard",
    "decisions",
    "deliveries",
    "deputies",
    "desk",
    "documents",
    "editions",
    "evidence",
    "evidence_package",
    "experience",
    "feeds",
    "handovers",
    "house_templates",
    "import_names",
    "import_readings",
    "import_rows",
    "imports",
    "inbox",
    "instructions",
    "units",
    "ledger",
    "lineages",
    "look_back",
    "meetings",
    "my",
    "my_experience",
    "my_statistics",
    "points",
    "points_schemes",
    "preferences",
    "quota_targets",
    "quotas",
    "receipts",
    "rectifications",
    "reminder_rules",
    "reporting",
    "requests",
    "return_sheets",
    "rollover",
    "settings",
    "statistics",
    "sub_items",
    "supervision",
    "task_sheets",
    "tasks",
    "unit_overview",
    "urging",
    "wall",
)
SURROUNDINGS: tuple[str, ...] = ("headers", "errors", "filters", "context", "navigation", "policy")


def install(app: Flask) -> None:
    """Register every page family, then what surrounds them; the policy sees every route, so it is last."""
    for name in PAGES:
        app.register_blueprint(import_module(f"tracker.web.{name}").blueprint)
    for name in SURROUNDINGS:
        import_module(f"tracker.web.{name}").install(app)
