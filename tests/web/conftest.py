"""Who looks at the pages."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_account
from tests.support.pages import PageClient


@pytest.fixture
def office(client: PageClient, app_session: Session) -> PageClient:
    """Somebody of the office, signed in."""
    account = make_account(app_session, "office")
    app_session.commit()
    return client.as_account(account)
