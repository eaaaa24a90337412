"""The policy table."""

from __future__ import annotations

import re

import pytest

from tracker.domain.access import POLICY, Permission, UserRole, allows

OFFICE, UNIT, LEADER, ADMINISTRATOR, AUDITOR = UserRole
P = Permission


@pytest.mark.parametrize("permission", Permission)
def test_a_permission_is_written_by_the_grammar(permission: Permission) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*:[a-z]+(_[a-z]+)*", permission.value)
    assert permission.name.lower() == permission.value.replace(":", "_")
    assert permission.label


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_is_somebodys(permission: Permission) -> None:
    assert any(allows(role, permission) for role in UserRole)


@pytest.mark.parametrize("role", UserRole)
def test_every_role_has_a_policy_and_a_home(role: UserRole) -> None:
    assert role in POLICY
    assert allows(role, P.HOME_READ)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (P.PLAN_IMPORT, {OFFICE}),
        (P.TASK_WRITE, {OFFICE}),
        (P.TASK_SIGN_OFF, {OFFICE}),
        (P.TASK_READ, {OFFICE, UNIT, LEADER}),
        (P.MEETING_READ, {OFFICE, UNIT, LEADER}),
        (P.MEETING_WRITE, {OFFICE}),
        (P.DECISION_HANDLE, {OFFICE}),
        (P.DECISION_REPORT, {UNIT}),
        (P.RETURN_SUBMIT, {UNIT}),
        (P.RETURN_REVIEW, {OFFICE}),
        (P.DASHBOARD_READ, {OFFICE, LEADER}),
        (P.LOOK_BACK_CONFIRM, {OFFICE}),
        (P.LOOK_BACK_EXPORT, {OFFICE, LEADER}),
        (P.INSTRUCTION_WRITE, {OFFICE, LEADER}),
        (P.INSTRUCTION_HANDLE, {OFFICE}),
        (P.INSTRUCTION_ANSWER, {UNIT}),
        (P.SUPERVISION_READ, {OFFICE, UNIT, LEADER}),
        (P.SUPERVISION_WRITE, {OFFICE}),
        (P.SUPERVISION_ANSWER, {UNIT}),
        (P.HANDOVER_WRITE, {OFFICE, UNIT}),
        (P.DEPUTY_WRITE, {OFFICE, UNIT, LEADER}),
        (P.ACCOUNT_WRITE, {ADMINISTRATOR}),
        (P.AUDIT_READ, {AUDITOR}),
        (P.AUDIT_VERIFY, {AUDITOR}),
    ],
)
def test_who_may(permission: Permission, roles: set[UserRole]) -> None:
    assert {role for role in UserRole if allows(role, permission)} == roles


def test_who_keeps_accounts_sees_no_business_data_and_nobody_reads_his_own_trace() -> None:
    business = {each for each in P if each.value.split(":")[0] in {"plan", "task", "return", "look_back", "dashboard"}}

    assert not POLICY[ADMINISTRATOR] & business
    assert POLICY[AUDITOR] == {P.HOME_READ, P.AUDIT_READ, P.AUDIT_VERIFY}


def test_a_leader_changes_no_row_of_the_ledger() -> None:
    own_words = {P.INSTRUCTION_WRITE, P.DEPUTY_WRITE, P.FEED_WRITE}

    assert {each.value.split(":")[1] for each in POLICY[LEADER] - own_words} <= {"read", "export"}
