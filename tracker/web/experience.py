"""经验: the articles of all units for office and leaders, those that were adopted for every unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.adapters.files import FolderFiles
from tracker.domain.access import Permission, UserRole
from tracker.domain.errors import NotFound
from tracker.domain.experience import Step
from tracker.services import experience_pages, experience_steps
from tracker.services.experience_pages import ArticleFilter, ArticlePage, Part
from tracker.services.experience_steps import NewerArticle
from tracker.web import downloads, printing
from tracker.web.attempts import attempt, side_by_side
from tracker.web.edge import actor, config, now, session, today
from tracker.web.forms.experience import FORMS, StepForm, begin_with
from tracker.web.forms.ledger import LARGEST_ID, row_id
from tracker.web.policy import permit

blueprint = Blueprint("experience", __name__, url_prefix="/experience")

ONE = f"/<int(max={LARGEST_ID}):article_id>"
DONE = {
    Step.RETURN: "已退改，单位会收到理由。",
    Step.ADOPT: "已采用，各单位都能看到这一篇。",
    Step.KEEP: "已收下，没有采用；理由单位能看到。",
    Step.SHOW: "展示已记下。",
    Step.SEND_UP: "报省已记下。",
    Step.TAKE_UP: "省采用已记下。",
}
COMPARE = {"1": True, "0": False}
Act = Callable[[Session, Any, dict[str, Any]], object]


@blueprint.get("")
@permit(Permission.EXPERIENCE_READ)
def index() -> str:
    """Articles by state, unit, period and plan; a unit sees what was adopted, and its own."""
    number = request.args.get("page", 1, type=row_id)
    found = experience_pages.listing(session(), actor(), _filter(request.args), page=number)
    return render_template("experience/index.html", found=found, parts=list(Part))


@blueprint.get("/compilation.docx")
@permit(Permission.EXPERIENCE_READ)
def compile_() -> ResponseReturnValue:
    """经验材料汇编: the adopted articles that fit, as a document."""
    wanted = _filter(request.args)
    made = experience_pages.compilation(session(), actor(), wanted, files=printing.files(), now=now())
    return downloads.made(made.content, made.name)


@blueprint.get(ONE)
@permit(Permission.EXPERIENCE_READ)
def show(article_id: int) -> ResponseReturnValue:
    """One article, at `version` where the address names one; `compare` marks what was mended, or not."""
    return _page(article_id)


@blueprint.get(f"/files/<int(max={LARGEST_ID}):version_id>")
@permit(Permission.EXPERIENCE_READ)
def download(version_id: int) -> ResponseReturnValue:
    """The file beside a version, to be saved."""
    store = FolderFiles(config().uploads_dir)
    version, data = experience_pages.fetch_file(session(), actor(), version_id=version_id, files=store)
    return downloads.given(data, version.file_name)


@blueprint.post(f"{ONE}/return")
@permit(Permission.EXPERIENCE_REVIEW)
def send_back(article_id: int) -> ResponseReturnValue:
    """退改."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        experience_steps.send_back(writer, actor(), **one, reason=form.words.data or "")

    return _do(article_id, Step.RETURN, act)


@blueprint.post(f"{ONE}/adopt")
@permit(Permission.EXPERIENCE_REVIEW)
def adopt(article_id: int) -> ResponseReturnValue:
    """采用."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:  # noqa: ARG001 - as the others
        experience_steps.adopt(writer, actor(), **one)

    return _do(article_id, Step.ADOPT, act)


@blueprint.post(f"{ONE}/keep")
@permit(Permission.EXPERIENCE_REVIEW)
def keep(article_id: int) -> ResponseReturnValue:
    """收下，不采用."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        experience_steps.keep(writer, actor(), **one, reason=form.words.data or "")

    return _do(article_id, Step.KEEP, act)


@blueprint.post(f"{ONE}/show")
@permit(Permission.EXPERIENCE_REVIEW)
def put_on_show(article_id: int) -> ResponseReturnValue:
    """展示."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        experience_steps.show(writer, actor(), **one, url=form.url.data or "", on=form.on.data)

    return _do(article_id, Step.SHOW, act)


@blueprint.post(f"{ONE}/send-up")
@permit(Permission.EXPERIENCE_REVIEW)
def send_up(article_id: int) -> ResponseReturnValue:
    """报省."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        experience_steps.send_up(writer, actor(), **one, on=form.on.data)

    return _do(article_id, Step.SEND_UP, act)


@blueprint.post(f"{ONE}/take-up")
@permit(Permission.EXPERIENCE_REVIEW)
def take_up(article_id: int) -> ResponseReturnValue:
    """省采用."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        experience_steps.take_up(writer, actor(), **one, words=form.words.data or "", on=form.on.data)

    return _do(article_id, Step.TAKE_UP, act)


def _do(article_id: int, step: Step, act: Act) -> ResponseReturnValue:
    """Take one step and go back to the page; refused, it says why and keeps what was typed."""
    form = FORMS[step]()
    one = {"article_id": article_id, "version": form.version.data, "now": now()}
    back, stale = url_for("experience.show", article_id=article_id), str(NewerArticle())
    page = partial(_page, article_id, {step: form})
    return attempt(form, lambda writer: act(writer, form, one), page, done=DONE[step], back=back, stale=stale)


def _page(
    article_id: int, typed: Mapping[Step, StepForm] | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page; `typed` holds the form that was refused, by its step."""
    number = request.args.get("version", type=row_id)
    wish = COMPARE.get(request.args.get("compare", ""))
    page = experience_pages.view(session(), actor(), article_id, number=number, compare=wish)
    tried, refused = next(iter((typed or {}).items()), (None, None))
    forms = {step: refused if refused and step is tried else _fresh(step, page) for step in page.steps}
    side_by_side(forms, page.article.version)
    kept = refused.carried() if refused and tried not in page.steps else []
    given = {"forms": forms, "problem": problem, "tried": tried, "typed": kept, "today": today()}
    return render_template("experience/show.html", page=page, **given), status


def _fresh(step: Step, page: ArticlePage) -> StepForm:
    form, article = FORMS[step](formdata=None), page.article
    day = experience_pages.usual_days(article, today=today()).get(step)
    begin_with(form, on=day, url=article.shown_url, words=article.taken_up_words)
    return form


def _filter(args: Mapping[str, str]) -> ArticleFilter:
    """What an address asks for; a unit reads first what was adopted."""
    usual = Part.ADOPTED if actor().role == UserRole.UNIT.value else Part.HANDED_IN
    try:
        return ArticleFilter(
            plan_id=row_id(args["plan"]) if args.get("plan") else None,
            unit_id=row_id(args["unit"]) if args.get("unit") else None,
            period_id=row_id(args["period"]) if args.get("period") else None,
            part=Part(args["part"]) if args.get("part") else usual,
        )
    except ValueError as error:
        raise NotFound from error
