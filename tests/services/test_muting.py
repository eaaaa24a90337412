"""Who can mute a task (不再提醒)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_plan, make_task, make_unit
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.services import preferences


@pytest.mark.parametrize("role", ["office", "leader"])
def test_who_is_told_of_no_task_as_a_contact_has_none_to_mute(session: Session, role: str) -> None:
    task = make_task(session, make_plan(session), units=[make_unit(session)])
    account = make_account(session, role)
    actor = Actor(account.id, account.display_name, role)

    with pytest.raises(NotFound):
        preferences.mute(session, actor, task_id=task.id, now=NOW)
