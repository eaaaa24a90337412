"""Writing an article of experience (撰写经验材料): drafts, versions, handing in.

An article that answers an obligation is written at that obligation's address; one written freely has its
own. Two tabs that type at once are told apart by the token `number.version`, as for every return. A draft
that was begun freely answers its plan's running obligation when it is handed in, if no other article does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain import evidence
from tracker.domain import experience as rules
from tracker.domain import obligation as obligation_rules
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.events import Event
from tracker.domain.experience import ExperienceState as State
from tracker.domain.experience import Step, Written
from tracker.domain.obligation import ObligationState
from tracker.domain.ports import Files
from tracker.services import auditing, handing_in
from tracker.services.experience_articles import Article, Place, read, with_versions, written_in
from tracker.services.handing_in import DraftConflict
from tracker.services.return_pages import unit_of
from tracker.store.queries import experience as queries
from tracker.store.queries import returns
from tracker.store.tables import Experience, ExperienceVersion, Obligation, Plan


class InvalidArticle(InvalidInput):
    """有几处需要改，已在下面标出；您填写的内容都还在。"""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__()
        self.faults = wrong


class ArticleConflict(DraftConflict):
    """另一个窗口（或同事）也在写这一篇。您填写的内容还在，不同之处已在下面列出，请对照后再保存。"""


class NoPlanToWriteFor(RuleViolated):
    """本单位还没有办理中的工作，暂时不用写经验材料；有疑问请联系公开办。"""


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a person did with the one file beside the text."""

    data: bytes = b""
    name: str = ""
    drop: bool = False


NO_FILE = FileChange()


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What handing in has done."""

    article_id: int
    number: int
    late: bool
    editable: bool
    answers: str
    """The period that it answers; empty where it answers none."""
    repeated: bool = False
    """Nothing was changed since it was handed in: version `number` stands as it was."""


def begin(session: Session, actor: Actor, *, now: datetime) -> Place:
    """Where a unit's next article is written (写一篇): what is asked for first, else a free draft.

    A draft in which nobody has kept a word is taken up again, however often the button is pressed.

    Raises:
        NotFound: the person belongs to no unit.
        NoPlanToWriteFor: the unit has no work to tell of.

    """
    unit_id = unit_of(actor)
    asked = queries.open_obligations(session, unit_id)
    running = [owed for owed in asked if owed.state == ObligationState.OPEN.value]
    if running:
        return Place(obligation_id=running[0].id)
    if known := queries.untouched_draft(session, unit_id):
        return Place(article_id=known.id)
    plans = queries.plans_of_unit(session, unit_id)
    if not plans:
        raise NoPlanToWriteFor
    row = Experience(plan_id=plans[0].id, unit_id=unit_id, created_at=now)
    session.add(row)
    session.flush()
    return Place(article_id=row.id)


def save_draft(
    session: Session,
    actor: Actor,
    place: Place,
    *,
    token: str,
    written: Written,
    file: FileChange = NO_FILE,
    files: Files | None = None,
    plan_id: int | None = None,
    now: datetime,
) -> Article:
    """Keep what is being typed, unfinished as it is; `plan_id` says what a free article belongs to.

    Raises:
        NotFound: it is not this unit's.
        VersionConflict: another tab has saved meanwhile.
        InvalidArticle: a text does not fit.
        NotEvidence: the file is of no kind that is taken.
        RuleViolated: it takes no changes now.

    """
    article = _opened(session, actor, place, token, now=now)
    _check(rules.too_long(written), file)
    row = _row_of(session, actor, article, plan_id, now=now)
    draft = _draft_of(session, article, row, now=now)
    _fill(draft, written, file, files)
    if article.owed is not None:
        handing_in.draft_of(session, article.owed, handing_in.versions_of(session, article.owed.id), now=now)
    session.flush()
    return Article(row, article.owed, article.handed_in, draft)


def hand_in(
    session: Session,
    actor: Actor,
    place: Place,
    *,
    token: str,
    written: Written,
    file: FileChange = NO_FILE,
    files: Files | None = None,
    plan_id: int | None = None,
    now: datetime,
) -> HandedIn:
    """Hand the article in; late counts as late for the period that it answers.

    What waits already in the very same words is not handed in again.

    Raises:
        NotFound: it is not this unit's.
        VersionConflict: another tab has saved meanwhile.
        InvalidArticle: something has to be mended.
        NotEvidence: the file is of no kind that is taken.
        RuleViolated: it takes no changes now.

    """
    article = _opened(session, actor, place, token, now=now)
    _check(rules.faults(written), file)
    if (stands := _waiting_so(article, written, file)) is not None:
        return HandedIn(
            stands.experience_id, stands.number, late=False, editable=True, answers="", repeated=True
        )
    row = _row_of(session, actor, article, plan_id, now=now)
    owed = _running(session, row) if article.owed is None and not row.number else article.owed
    version = _draft_of(session, article, row, now=now)
    _fill(version, written.tidied(), file, files)
    version.handed_in_at, version.handed_in_by_id = now, actor.account_id
    version.handed_in_by_name = actor.name
    before = row.state
    row.state, row.number = rules.take(State(before), Step.SUBMIT).value, version.number
    row.submitted_at = row.submitted_at or now
    if owed is not None:
        row.obligation_id = owed.id
        envelope = handing_in.draft_of(session, owed, handing_in.versions_of(session, owed.id), now=now)
        handing_in.hand_in(session, actor, owed, envelope, now=now)
    session.flush()
    late = owed is not None and owed.late
    _record(session, actor, Article(row, owed, (version,), None), before, now=now)
    after = Article(row, owed, (*article.handed_in, version), None)
    answers = f"{owed.period.cadence.name}{owed.period.label}" if owed else ""
    return HandedIn(row.id, version.number, late, after.may_edit(now), answers)


def discard(session: Session, actor: Actor, *, article_id: int, token: str, now: datetime) -> None:
    """Give up a draft that was begun freely and never handed in.

    Raises:
        NotFound: it is not this unit's.
        VersionConflict: another tab has saved meanwhile.
        RuleViolated: it was handed in, or answers an obligation: that is kept.

    """
    article = _opened(session, actor, Place(article_id=article_id), token, now=now)
    row = article.row
    if row is None or row.obligation_id is not None or article.state is not State.DRAFT:
        raise rules.StepNotAllowed
    title = article.draft.title if article.draft else ""
    if article.draft is not None:
        session.delete(article.draft)
        session.flush()
    session.delete(row)
    session.flush()
    summary = f"{row.unit.name}放弃经验材料草稿《{title or '未写题目'}》"
    auditing.record(session, actor, Event.EXPERIENCE_DISCARD, ("experience", article_id), summary, now=now)


def plans_to_choose(session: Session, actor: Actor, article: Article) -> list[Plan]:
    """What an article that answers nothing can be filed under; empty where there is no choice."""
    if article.owed is not None or article.row is None or article.row.number:
        return []
    found = queries.plans_of_unit(session, unit_of(actor))
    return found if len(found) > 1 else []


def _opened(
    session: Session,
    actor: Actor,
    place: Place,
    token: str,
    *,
    now: datetime,
) -> Article:
    """The article, locked after its obligation, if the unit may type now and the page was not an old one."""
    seen = read(session, actor, place)
    owed_id = seen.owed.id if seen.owed else None
    owed = returns.obligation(session, owed_id, lock=True) if owed_id is not None else None
    if owed is not None:
        row = queries.of_obligation(session, owed.id, lock=True)
    else:
        row = queries.one(session, seen.row.id, lock=True) if seen.row else None
        if row is None or row.obligation_id is not None:
            raise ArticleConflict  # given up, or handed in for a period, in another tab
    article = with_versions(session, row, owed)
    if not article.may_edit(now):
        _say_why_not(article)
    if article.token != token:
        raise ArticleConflict
    return article


def _running(session: Session, row: Experience) -> Obligation | None:
    """The running obligation of its plan that a free article answers by being handed in; locked."""
    owed = queries.running_for_writing(session, row.unit_id, row.plan_id)
    # While this waited for the lock, somebody may have begun an article for it.
    return owed if owed is not None and queries.of_obligation(session, owed.id) is None else None


def _check(wrong: Mapping[str, str], file: FileChange) -> None:
    """Refuse before anything is written."""
    if wrong:
        raise InvalidArticle(wrong)
    if file.data:
        evidence.admit(file.data, file.name)


def _waiting_so(article: Article, written: Written, file: FileChange) -> ExperienceVersion | None:
    """The version that waits to be read and says just this already."""
    if article.state is not State.SUBMITTED or article.draft is not None or file.data or file.drop:
        return None
    newest = article.newest
    return newest if newest is not None and written_in(newest) == written.tidied() else None


def _say_why_not(article: Article) -> None:
    if article.owed is not None:
        obligation_rules.take(ObligationState(article.owed.state), obligation_rules.Step.SUBMIT)
    rules.take(article.state, Step.SUBMIT)
    raise rules.StepNotAllowed


def _row_of(
    session: Session, actor: Actor, article: Article, plan_id: int | None, *, now: datetime
) -> Experience:
    row = article.row
    if row is None:
        owed = article.owed
        assert owed is not None  # only an obligation's place can be without an article
        row = Experience(
            plan_id=owed.plan_id, unit_id=unit_of(actor), obligation_id=owed.id, created_at=now,
            state=State.DRAFT.value, number=0,
        )  # fmt: skip
        session.add(row)
        session.flush()
    elif article.owed is None and not row.number and plan_id is not None:
        known = {plan.id for plan in queries.plans_of_unit(session, row.unit_id)}
        row.plan_id = plan_id if plan_id in known else row.plan_id
    return row


def _draft_of(session: Session, article: Article, row: Experience, *, now: datetime) -> ExperienceVersion:
    """The version that is being typed, marked as saved now; a new one takes the file over."""
    draft = article.draft
    if draft is None:
        before = article.newest
        draft = ExperienceVersion(experience_id=row.id, number=article.number)
        if before is not None:
            draft.file_sha256, draft.file_name = before.file_sha256, before.file_name
            draft.file_size = before.file_size
        session.add(draft)
    draft.saved_at = now
    # Two saves within one tick of the clock are two versions all the same.
    if draft.id is not None:
        flag_modified(draft, "saved_at")
    return draft


def _fill(version: ExperienceVersion, written: Written, file: FileChange, files: Files | None) -> None:
    version.title, version.body, version.link = written.title, written.body, written.link
    version.angle = written.angle if written.angle in set(rules.Angle) else ""
    if file.data and files is not None:
        version.file_sha256 = files.keep(file.data)
        version.file_name, version.file_size = evidence.tidy_name(file.name), len(file.data)
    elif file.drop:
        version.file_sha256, version.file_name, version.file_size = "", "", 0


def _record(session: Session, actor: Actor, article: Article, before: str, *, now: datetime) -> None:
    row, owed, version = article.row, article.owed, article.newest
    assert row is not None
    assert version is not None
    answers = f"，计入{owed.period.cadence.name}{owed.period.label}" if owed else ""
    late = owed is not None and owed.late
    said = f"经验材料《{version.title}》第{version.number}稿{answers}{'（迟报）' if late else ''}"
    detail = {
        "number": version.number, "state": [before, row.state],
        "obligation": row.obligation_id, "late": late,
    }  # fmt: skip
    subject = ("experience", row.id)
    auditing.record(
        session, actor, Event.EXPERIENCE_SUBMIT, subject, f"{row.unit.name}报送{said}", detail=detail, now=now
    )
