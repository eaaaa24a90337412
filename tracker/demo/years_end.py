"""The end of last year in 青溪市: its plan looked back on, and what of it goes on in this year's plan."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day, instant
from tracker.domain.lineage import LineageKind
from tracker.domain.look_back import VerdictKind
from tracker.services import arranging, lineage, reviewing, tasks
from tracker.services.lineage import Said
from tracker.store.queries import reviews
from tracker.store.tables import Plan

TIME_TO_MEND = timedelta(weeks=4)
"""Whole weeks, so that what begins on a day of work ends on one."""
LEFT_OPEN = 2
"""So many proposals of what goes on wait for a person, so that the page has something to try."""
KNOWN_TO_GO_ON = (("政策问答库", "政策咨询专线"),)
"""What only a person knows to be one matter: a word of this year's task, and one of last year's."""


def look_back(session: Session, office: Actor, plan: Plan, *, now: datetime) -> int:
    """Most was signed off in time, the rest is found unfinished; gives how many were carried over."""
    for task in reviews.tasks_of(session, plan.id):
        if task.serial % 3 and task.due_on is not None:
            tasks.sign_off(
                session, office, task_id=task.id, version=task.version, note="现场核对，已落实。",
                now=instant(task.due_on - timedelta(days=5), time(10)),
            )  # fmt: skip
    session.flush()
    begun = reviewing.start(session, office, plan_id=plan.id, now=now)
    for verdict in reviews.verdicts(session, begun.id):
        signed = verdict.task.state == "signed_off"
        said = VerdictKind.DONE_WITH_EVIDENCE if signed else VerdictKind.UNFINISHED
        note = "当年用纸质报送，材料齐全，链接已另册登记。" if signed else "没有完成，明年继续。"
        reviewing.confirm(
            session, office, plan_id=plan.id, verdict_id=verdict.id, version=verdict.version, said=said.value,
            note=note, now=now,
        )  # fmt: skip
    day = china_day(now) + TIME_TO_MEND
    arranging.arrange_all(session, office, plan_id=plan.id, due_on=day, now=now)
    for verdict in arranging.lacking(reviews.verdicts(session, begun.id)):
        first = verdict.task.assignments[0].unit_id
        version = verdict.terms.version if verdict.terms else 0
        arranging.arrange(
            session, office, plan_id=plan.id, verdict_id=verdict.id, version=version, lead_unit_id=first,
            due_on=day, now=now,
        )  # fmt: skip
    return len(reviewing.finish(session, office, plan_id=plan.id, now=now))


def go_on(session: Session, office: Actor, plan: Plan, *, now: datetime) -> int:
    """A person has looked at what this year's plan goes on with; the last proposals still wait."""
    likely = lineage.proposals(session, plan_id=plan.id)
    words = [Said(each.task.id, each.earlier.id, each.kind) for each in likely[: -LEFT_OPEN or None]]
    page = lineage.page(session, plan_id=plan.id)
    words += [
        Said(task.id, before.id, LineageKind.CONTINUED)
        for word, former in KNOWN_TO_GO_ON
        for task in page.tasks
        for before in page.earlier
        if word in task.title and former in before.title
    ]
    return lineage.say(session, office, plan_id=plan.id, words=words, now=now)
