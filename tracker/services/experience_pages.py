"""What people see of articles of experience: lists, one article with its versions, and what resembles it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.documents import experience as documents
from tracker.documents.experience import Collection, CompiledArticle
from tracker.domain import experience as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.compared import Piece, compare_paragraphs
from tracker.domain.errors import NotFound
from tracker.domain.experience import Angle, Step
from tracker.domain.experience import ExperienceState as State
from tracker.domain.house_fields import TemplateKind
from tracker.domain.obligation import ObligationState
from tracker.domain.percent import in_percent
from tracker.domain.ports import Files
from tracker.domain.resembling import marked, resembling
from tracker.services import calendars, house_templates, settings
from tracker.services.ledger import ExportedFile
from tracker.services.return_pages import CutOff, cutoff_of, unit_of
from tracker.store.queries import experience as queries
from tracker.store.queries import experience_lists as lists
from tracker.store.queries import returns
from tracker.store.queries.experience_lists import ArticleCounts, ArticleFilter, ArticleRow, Part
from tracker.store.tables import (
    AuditEvent,
    Experience,
    ExperienceVersion,
    Obligation,
    Period,
    Plan,
    Unit,
)

# The filter of a list is read from an address by the page and answered by a query.
__all__ = ["ArticleFilter", "Part", "listing", "mine", "view"]

PAGE = 50
LOOKED_BACK = timedelta(days=366)
"""Of other units' articles those of so long are compared, and whatever was adopted; of the own unit's all."""
OFFICE_STEPS = frozenset(Step) - {Step.SUBMIT}


@dataclass(frozen=True, slots=True)
class Asked:
    """A period for which the unit owes an article."""

    owed: Obligation
    cutoff: CutOff
    missed: bool
    begun: bool
    """Whether a draft is there."""


@dataclass(frozen=True, slots=True)
class MyArticles:
    """经验材料, as its unit sees it: what is asked for, and what it has written."""

    asked: tuple[Asked, ...]
    rows: tuple[ArticleRow, ...]
    to_read: int
    """Adopted articles of all units."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of articles, the figures above it, and what can be chosen."""

    wanted: ArticleFilter
    counts: ArticleCounts
    rows: tuple[ArticleRow, ...]
    plans: tuple[Plan, ...]
    units: tuple[Unit, ...]
    periods: tuple[Period, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier article in which much of one stands, both with what they have in common marked."""

    row: ArticleRow
    share: float
    ours: tuple[Piece, ...]
    theirs: tuple[Piece, ...]
    own: bool
    """Of the same unit."""

    @property
    def percent(self) -> str:
        """How much of it stands there; 100% is the same from end to end."""
        return in_percent(self.share, 1, places=0)


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article at one of its versions."""

    article: Experience
    owed: Obligation | None
    versions: tuple[ExperienceVersion, ...]
    """What was handed in; for other units' eyes the adopted version alone."""
    shown: ExperienceVersion
    title: tuple[Piece, ...]
    body: tuple[Piece, ...]
    compared: bool
    """Title and body tell what differs from the version before."""
    alike: tuple[Alike, ...]
    steps: frozenset[Step]
    events: tuple[AuditEvent, ...]
    own: bool

    @property
    def state(self) -> State:
        return State(self.article.state)

    @property
    def is_newest(self) -> bool:
        return self.shown.number == self.article.number

    @property
    def is_first(self) -> bool:
        """Nothing that the reader may see came before it."""
        return self.shown.number == self.versions[0].number

    @property
    def angle(self) -> str:
        """From which side it is told, in words."""
        return Angle(self.shown.angle).label if self.shown.angle else ""


def mine(session: Session, actor: Actor, *, now: datetime) -> MyArticles:
    """The unit's articles and what it is asked for.

    Raises:
        NotFound: the person belongs to no unit.

    """
    unit_id = unit_of(actor)
    calendar = calendars.load(session)
    rows = tuple(lists.own(session, unit_id))
    begun = {row.article.obligation_id for row in rows}
    asked = tuple(
        Asked(
            owed,
            cutoff_of(owed.period.due_at, now=now, calendar=calendar),
            owed.state == ObligationState.MISSED.value,
            owed.id in begun,
        )
        for owed in queries.open_obligations(session, unit_id)
    )
    adopted = lists.counts(session, actor, ArticleFilter()).of(Part.ADOPTED)
    return MyArticles(asked, rows, adopted)


def listing(session: Session, actor: Actor, wanted: ArticleFilter, *, page: int) -> Listing:
    """The articles that fit and that the person may read; a page beyond the last shows the last."""
    counts = lists.counts(session, actor, wanted)
    total = counts.of(wanted.part)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = lists.listed(session, actor, wanted, limit=PAGE, offset=(page - 1) * PAGE)
    plans, units, periods = lists.filters(session, actor, wanted)
    return Listing(
        wanted, counts, tuple(rows), tuple(plans), tuple(units), tuple(periods), total, page, pages
    )


def waiting(session: Session, actor: Actor) -> int:
    """How many articles wait for the office."""
    return lists.counts(session, actor, ArticleFilter()).of(Part.WAITING)


def returned(session: Session, actor: Actor) -> list[ArticleRow]:
    """What came back to the unit and answers no period (退改).

    Raises:
        NotFound: the person belongs to no unit.

    """
    return lists.free_returned(session, unit_of(actor))


def answering(session: Session, actor: Actor, obligation_id: int) -> int | None:
    """The article that was handed in for an obligation, if the person may read it."""
    article = queries.of_obligation(session, obligation_id)
    seen = article is not None and article.number > 0 and queries.may_read(actor, article)
    return article.id if article is not None and seen else None


def view(
    session: Session, actor: Actor, article_id: int, *, number: int | None = None, compare: bool | None = None
) -> ArticlePage:
    """One article at version `number`, the newest unless told; other units see the version that was adopted.

    It is compared with the version before if `compare` says so; unless told, as long as nobody has chosen or
    kept it, for who reviews looks for what was mended, and who reads later wants the text.

    Raises:
        NotFound: there is none, or it is not for this person's eyes.

    """
    article = queries.one(session, article_id)
    if article is None or not article.number or not queries.may_read(actor, article):
        raise NotFound
    own = article.unit_id == actor.unit_id
    stranger = actor.role == UserRole.UNIT.value and not own
    found = [each for each in queries.versions(session, article.id) if each.number <= article.number]
    versions = found[-1:] if stranger else found
    shown = next((each for each in versions if each.number == (number or article.number)), None)
    if shown is None:
        raise NotFound
    before = next((each for each in reversed(versions) if each.number < shown.number), None)
    state = State(article.state)
    if not (state.is_writable if compare is None else compare):
        before = None
    office = actor.role == UserRole.OFFICE.value
    owed = returns.obligation(session, article.obligation_id) if article.obligation_id else None
    return ArticlePage(
        article=article,
        owed=owed,
        versions=tuple(versions),
        shown=shown,
        title=_pieces(shown.title, before.title if before else None),
        body=_pieces(shown.body, before.body if before else None),
        compared=before is not None,
        alike=() if actor.role == UserRole.UNIT.value else alike(session, article, shown),
        steps=rules.open_steps(state) & OFFICE_STEPS if office else frozenset(),
        events=() if stranger else tuple(queries.events(session, article.id)),
        own=own,
    )


def alike(
    session: Session, article: Experience, version: ExperienceVersion, *, for_unit: bool = False
) -> tuple[Alike, ...]:
    """The earlier articles in which much of a version stands, the likest first.

    Compared with all articles of the same unit, those of other units of the last year, and whatever was ever
    adopted; `for_unit` leaves out what the unit may not read.
    """
    came = article.submitted_at or version.saved_at
    since = None if for_unit else came - LOOKED_BACK
    earlier = queries.earlier_texts(session, article, before=came, since=since)
    found = resembling(version.body, earlier)
    rows = lists.rows_by_id(session, [number for number, _ in found])
    return tuple(
        Alike(
            row,
            common,
            marked(version.body, body),
            marked(body, version.body),
            row.article.unit_id == article.unit_id,
        )
        for number, common in found
        for row, body in (rows[number],)
    )


def note_of(session: Session, article_id: int) -> str:
    """What a unit is told when much of its article stands in an earlier one that it may read."""
    article = queries.one(session, article_id)
    if article is None or not article.number:
        return ""
    found = alike(session, article, queries.newest(session, article), for_unit=True)
    if not found:
        return ""
    whose = "本单位" if found[0].own else found[0].row.unit_name
    return (
        f"有{found[0].percent}的文字与{whose}的《{found[0].row.title}》相同，公开办会看到提示；不影响报送。"
    )


def fetch_file(
    session: Session, actor: Actor, *, version_id: int, files: Files
) -> tuple[ExperienceVersion, bytes]:
    """The file beside a version, with its bytes.

    Raises:
        NotFound: it is not for this person, there is none, or its bytes are gone.

    """
    version = queries.version_with_article(session, version_id)
    if version is None or not version.file_sha256 or not _may_fetch(actor, version):
        raise NotFound
    try:
        return version, files.read(version.file_sha256)
    except FileNotFoundError as error:
        raise NotFound from error


def usual_days(article: Experience, *, today: date) -> dict[Step, date]:
    """The day that each step's form begins with: what is set, else today."""
    return {
        Step.SHOW: article.shown_on or today,
        Step.SEND_UP: article.sent_up_on or today,
        Step.TAKE_UP: article.taken_up_on or today,
    }


def collection(session: Session, actor: Actor, wanted: ArticleFilter, *, now: datetime) -> Collection:
    """The adopted articles that fit, in the order in which they came (汇编).

    Raises:
        NotFound: there is none.

    """
    adopted = replace(wanted, part=Part.ADOPTED)
    total = lists.counts(session, actor, adopted).of(Part.ADOPTED)
    rows = lists.listed(session, actor, adopted, limit=total)
    if not rows:
        raise NotFound
    texts = lists.rows_by_id(session, [row.article.id for row in rows])
    ordered = sorted(rows, key=lambda row: (row.article.submitted_at or row.written_at, row.article.id))
    scope = [rows[0].plan_title if wanted.plan_id else "", rows[0].period_label if wanted.period_id else ""]
    scope += [rows[0].unit_name if wanted.unit_id else ""]
    return Collection(
        scope="".join(scope) or "各单位",
        office=settings.office_name(session),
        made_on=china_day(now),
        made_at=now,
        articles=tuple(_compiled(*texts[row.article.id]) for row in ordered),
    )


def compilation(
    session: Session, actor: Actor, wanted: ArticleFilter, *, files: Files, now: datetime
) -> ExportedFile:
    """经验材料汇编 as .docx, in the template that is used now.

    Raises:
        NotFound: no adopted article fits.

    """
    made = collection(session, actor, wanted, now=now)
    own = house_templates.set_in(session, files, TemplateKind.EXPERIENCE, documents.values(made))
    return ExportedFile(f"{documents.NAME}{china_day(now):%Y%m%d}.docx", own or documents.docx(made))


def _compiled(row: ArticleRow, body: str) -> CompiledArticle:
    article = row.article
    return CompiledArticle(
        row.unit_name, row.title, body, article.shown_on, article.shown_url, article.taken_up_words
    )


def _may_fetch(actor: Actor, version: ExperienceVersion) -> bool:
    article = version.experience
    if article.unit_id == actor.unit_id:
        return True
    handed_in = version.number <= article.number
    newest = version.number == article.number or actor.role != UserRole.UNIT.value
    return handed_in and newest and queries.may_read(actor, article)


def _pieces(after: str, before: str | None) -> tuple[Piece, ...]:
    if before is None:
        return (("same", after),) if after else ()
    return compare_paragraphs(before, after)
