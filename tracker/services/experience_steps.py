"""What the office makes of an article of experience: 退改, 采用, 收下, 展示, 报省, 省采用.

Each step names the version of the article that it was decided on; whoever was slower gets `VersionConflict`.
An article and the obligation that it answers are decided in one place, `_decide`: the article's page comes
here, and so do 通过 and 退回 of the board (`tracker.services.reporting`), through `follow`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain import experience as rules
from tracker.domain import obligation as obligation_rules
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day, month_day
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.experience import ExperienceState as State
from tracker.domain.experience import Step
from tracker.domain.obligation import ObligationState
from tracker.services import auditing
from tracker.services.auditing import Said
from tracker.store.queries import experience as queries
from tracker.store.queries import returns
from tracker.store.tables import Experience, Obligation

_EVENTS = {
    Step.RETURN: Event.EXPERIENCE_RETURN,
    Step.ADOPT: Event.EXPERIENCE_ADOPT,
    Step.KEEP: Event.EXPERIENCE_KEEP,
    Step.SHOW: Event.EXPERIENCE_SHOW,
    Step.SEND_UP: Event.EXPERIENCE_SEND_UP,
    Step.TAKE_UP: Event.EXPERIENCE_TAKE_UP,
}
_DECISIONS = {Step.RETURN: "returned", Step.ADOPT: "adopted", Step.KEEP: "kept"}
_ENVELOPES = {Step.RETURN: "returned", Step.ADOPT: "accepted", Step.KEEP: "accepted"}


@dataclass(frozen=True, slots=True)
class _Deed:
    """A step with its words for the history, and what an event keeps besides."""

    step: Step
    words: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


class NewerArticle(VersionConflict):
    """这一篇刚有变动（单位可能又报了一稿，或同事已处理）。请看新的内容再决定；您填写的内容还在。"""


def send_back(
    session: Session, actor: Actor, *, article_id: int, version: int, reason: str, now: datetime
) -> Experience:
    """The unit is to mend it (退改), for this reason.

    Raises:
        NotFound: there is no such article.
        VersionConflict: it has changed since it was read.
        RuleViolated: nothing waits to be read, or no reason is given.

    """
    return _judge(session, actor, (article_id, version), Step.RETURN, rules.reasoned(reason), now=now)


def adopt(session: Session, actor: Actor, *, article_id: int, version: int, now: datetime) -> Experience:
    """It is chosen (采用): every unit may read it.

    Raises:
        NotFound: there is no such article.
        VersionConflict: it has changed since it was read.
        RuleViolated: it is with its unit, or adopted already.

    """
    return _judge(session, actor, (article_id, version), Step.ADOPT, "", now=now)


def keep(
    session: Session, actor: Actor, *, article_id: int, version: int, reason: str, now: datetime
) -> Experience:
    """It is good as a report and not chosen (收下), for this reason; an adoption can be taken back so.

    Raises:
        NotFound: there is no such article.
        VersionConflict: it has changed since it was read.
        RuleViolated: it is with its unit, is shown or sent up already, or no reason is given.

    """
    return _judge(session, actor, (article_id, version), Step.KEEP, rules.reasoned(reason), now=now)


def show(
    session: Session, actor: Actor, *, article_id: int, version: int, url: str, on: date, now: datetime
) -> Experience:
    """It stands on a page (展示); again, to put address or day right.

    Raises:
        NotFound: there is no such article.
        VersionConflict: it has changed since it was read.
        RuleViolated: it is not adopted, the address is none, or the day cannot be.

    """
    url = rules.linked(url)
    article, before = _held(session, article_id, version, Step.SHOW)
    article.shown_on = rules.day_given(on, since=_came_on(article), today=china_day(now))
    article.shown_url = url
    deed = _Deed(Step.SHOW, f"{month_day(on)}展示：{url}", {"url": url, "on": on})
    return _told(session, actor, article, before, deed, now=now)


def send_up(
    session: Session, actor: Actor, *, article_id: int, version: int, on: date, now: datetime
) -> Experience:
    """It went to the province (报省); again, to put the day right.

    Raises:
        NotFound: there is no such article.
        VersionConflict: it has changed since it was read.
        RuleViolated: it is not adopted, or the day cannot be.

    """
    article, before = _held(session, article_id, version, Step.SEND_UP)
    article.sent_up_on = rules.day_given(on, since=_came_on(article), today=china_day(now))
    deed = _Deed(Step.SEND_UP, f"{month_day(on)}报省", {"on": on})
    return _told(session, actor, article, before, deed, now=now)


def take_up(
    session: Session, actor: Actor, *, article_id: int, version: int, words: str, on: date, now: datetime
) -> Experience:
    """The province took it up (省采用); again, to put it right.

    Raises:
        NotFound: there is no such article.
        VersionConflict: it has changed since it was read.
        RuleViolated: it was not sent up, nothing shows it, or the day cannot be.

    """
    words = rules.proven(words)
    article, before = _held(session, article_id, version, Step.TAKE_UP)
    since = article.sent_up_on or _came_on(article)
    article.taken_up_on = rules.day_given(on, since=since, today=china_day(now))
    article.taken_up_words = words
    deed = _Deed(Step.TAKE_UP, f"{month_day(on)}省采用：{words}", {"words": words, "on": on})
    return _told(session, actor, article, before, deed, now=now)


def follow(
    session: Session, actor: Actor, owed: Obligation, step: Step, reason: str, *, now: datetime
) -> Said | None:
    """Decide on the article that answers a locked obligation, and on the obligation with it.

    Returns:
        The event to record, once everything is locked; None where no article answers it.

    """
    article = queries.of_obligation(session, owed.id, lock=True)
    if article is None or not article.number:
        return None
    return _decide(session, actor, article, owed, (step, reason), now=now)


def set_free(session: Session, obligation_ids: Iterable[int]) -> None:
    """A draft for which nobody asks any more (免报) is the unit's own: it can still be handed in, freely."""
    for article in queries.of_obligations(session, obligation_ids).values():
        if not article.number:
            article.obligation_id = None
    session.flush()


def _judge(
    session: Session, actor: Actor, seen: tuple[int, int], step: Step, reason: str, *, now: datetime
) -> Experience:
    article, _ = _held(session, *seen, step)
    said = _decide(session, actor, article, article.obligation, (step, reason), now=now)
    session.flush()
    auditing.record_all(session, actor, [said], now=now)
    return article


def _held(session: Session, article_id: int, version: int, step: Step) -> tuple[Experience, State]:
    """The article, locked after its obligation, and where it stood; if nobody was faster."""
    seen = queries.one(session, article_id)
    if seen is None or not seen.number:
        raise NotFound
    if seen.obligation_id is not None:
        returns.obligation(session, seen.obligation_id, lock=True)
    article = queries.one(session, article_id, lock=True)
    if article is None or article.version != version:
        raise NewerArticle
    before = State(article.state)
    rules.take(before, step)
    return article, before


def _decide(
    session: Session,
    actor: Actor,
    article: Experience,
    owed: Obligation | None,
    verdict: tuple[Step, str],
    *,
    now: datetime,
) -> Said:
    """Take a step that judges what is written; what answers an obligation is judged with it."""
    (step, reason), before = verdict, State(article.state)
    article.state = rules.take(before, step).value
    article.adopted_at = now if step is Step.ADOPT else None
    newest = queries.newest(session, article)
    newest.decision, newest.reason = _DECISIONS[step], reason
    newest.decided_at, newest.decided_by_name = now, actor.name
    follows = rules.obligation_step(before, step)
    if owed is not None and follows is not None:
        owed.state = obligation_rules.take(ObligationState(owed.state), follows).value
        owed.decided_at = now
        envelope = queries.envelope(session, article)
        if envelope is not None:
            envelope.state, envelope.decision_reason = _ENVELOPES[step], reason
            envelope.decided_at, envelope.decided_by_id = now, actor.account_id
    name = "撤回采用" if step is Step.KEEP and before.is_adopted else step.label
    words = f"第{newest.number}稿{name}{f'：{reason}' if reason else ''}"
    deed = _Deed(step, words, {"why": reason, "number": newest.number})
    return _said(article, newest.title, before, deed)


def _told(
    session: Session, actor: Actor, article: Experience, before: State, deed: _Deed, *, now: datetime
) -> Experience:
    """Take a step that tells what became of an adopted article."""
    article.state = rules.take(before, deed.step).value
    title = queries.newest(session, article).title
    session.flush()
    auditing.record_all(session, actor, [_said(article, title, before, deed)], now=now)
    return article


def _said(article: Experience, title: str, before: State, deed: _Deed) -> Said:
    summary = f"{article.unit.name}经验材料《{title}》{deed.words}"
    told = {"state": [before.value, article.state], "obligation": article.obligation_id, **deed.detail}
    return Said(_EVENTS[deed.step], ("experience", article.id), summary, told)


def _came_on(article: Experience) -> date:
    return china_day(article.submitted_at or article.created_at)
