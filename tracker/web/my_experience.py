"""我的经验材料: what a unit has written and is asked for, and the page on which it writes.

What answers an obligation is written at the address of that return (`tracker.web.my`), what is written freely
at its own; both are this one page.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.adapters.files import FolderFiles
from tracker.domain import evidence
from tracker.domain.access import Permission
from tracker.domain.china_time import china_clock
from tracker.domain.errors import RuleViolated
from tracker.domain.evidence import NotEvidence
from tracker.domain.experience import Angle, Written
from tracker.services import experience_editor, experience_pages, experience_writing
from tracker.services.experience_articles import Article, Place
from tracker.services.experience_writing import HandedIn, InvalidArticle
from tracker.services.handing_in import DraftConflict
from tracker.web.edge import actor, config, now, session, writing
from tracker.web.forms.base import ActionForm
from tracker.web.forms.experience import SAVE, SUBMIT, ArticleForm
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.policy import permit

blueprint = Blueprint("my_experience", __name__, url_prefix="/my/experience")

ONE = f"/<int(max={LARGEST_ID}):article_id>"


@blueprint.get("")
@permit(Permission.EXPERIENCE_WRITE)
def index() -> str:
    """The unit's articles, and what is asked for."""
    found = experience_pages.mine(session(), actor(), now=now())
    return render_template("experience/mine.html", found=found, form=ActionForm())


@blueprint.post("")
@permit(Permission.EXPERIENCE_WRITE)
def begin() -> ResponseReturnValue:
    """写一篇: what is asked for first, else a free draft."""
    with writing() as writer:
        place = experience_writing.begin(writer, actor(), now=now())
    return redirect(_address(place), 303)


@blueprint.get(ONE)
@permit(Permission.EXPERIENCE_WRITE)
def write(article_id: int) -> ResponseReturnValue:
    """The page of an article that was written freely; another is at the address of its return."""
    return _fill(Place(article_id=article_id))


@blueprint.post(ONE)
@permit(Permission.EXPERIENCE_WRITE)
def post(article_id: int) -> ResponseReturnValue:
    """Keep the draft, or hand in; whatever is wrong, the text stays."""
    return _post(Place(article_id=article_id))


@blueprint.post(f"{ONE}/draft")
@permit(Permission.EXPERIENCE_WRITE)
def autosave(article_id: int) -> ResponseReturnValue:
    """The same as the button, for the script that saves every so often; errors answer by their status."""
    kept = _keep(Place(article_id=article_id), ArticleForm())
    return jsonify(token=kept.token, saved=f"{china_clock(now()):%H:%M}")


@blueprint.post(f"{ONE}/discard")
@permit(Permission.EXPERIENCE_WRITE)
def discard(article_id: int) -> ResponseReturnValue:
    """Give up a free draft."""
    token = ArticleForm().token.data or ""
    with writing() as writer:
        experience_writing.discard(writer, actor(), article_id=article_id, token=token, now=now())
    flash("草稿已放弃。", "ok")
    return redirect(url_for("my_experience.index"), 303)


def fill(obligation_id: int) -> ResponseReturnValue:
    """The page of what answers an obligation."""
    return _fill(Place(obligation_id=obligation_id))


def hand_in(obligation_id: int) -> ResponseReturnValue:
    """What its buttons do."""
    return _post(Place(obligation_id=obligation_id))


def keep(obligation_id: int) -> Article:
    """Save what is typed as the draft."""
    return _keep(Place(obligation_id=obligation_id), ArticleForm())


def _fill(place: Place) -> ResponseReturnValue:
    """The page; `mend` in the address says that the draft could not be handed in."""
    page = experience_editor.editor(session(), actor(), place, now=now())
    if place.obligation_id is None and page.owed is not None:
        return redirect(url_for("my.fill", obligation_id=page.owed.id))
    mend = request.args.get("mend") and page.editable and page.faults
    return _page(page, InvalidArticle(page.faults) if mend else None)


def _post(place: Place) -> ResponseReturnValue:
    form = ArticleForm()
    try:
        if form.action.data == SAVE:
            kept = _keep(place, form)
            flash("草稿已存好。离开也不会丢，写好了记得点“报送”。", "ok")
            return redirect(_address(_place_of(place, kept)), 303)
        return _submit(place, form)
    except (InvalidArticle, NotEvidence) as error:
        return _refused(place, form, error)
    except DraftConflict as error:
        return _again(place, form.written(), error), 409


def _keep(place: Place, form: ArticleForm) -> Article:
    with writing() as writer:
        return experience_writing.save_draft(
            writer, actor(), place, token=form.token.data or "", written=form.written(), file=form.change(),
            files=FolderFiles(config().uploads_dir), plan_id=form.plan(), now=now(),
        )  # fmt: skip


def _submit(place: Place, form: ArticleForm) -> ResponseReturnValue:
    with writing() as writer:
        done = experience_writing.hand_in(
            writer, actor(), place, token=form.token.data or "", written=form.written(), file=form.change(),
            files=FolderFiles(config().uploads_dir), plan_id=form.plan(), now=now(),
        )  # fmt: skip
        told = experience_pages.note_of(writer, done.article_id)
    flash(_thanks(done), "ok")
    if told:
        flash(told, "blue")
    return redirect(url_for("my_experience.index"), 303)


def _thanks(done: HandedIn) -> str:
    if done.repeated:
        return f"内容和第{done.number}稿一样，不用再报。"
    what = f"已报送，{done.answers}完成。" if done.answers else "已报送。"
    if done.late:
        return f"已补报（迟报），{done.answers}完成。公开办会看到。"
    if not done.editable:
        return f"{what}等公开办审定。"
    return f"{what}{'截止前' if done.answers else '审定前'}还能修改。"


def _refused(place: Place, form: ArticleForm, error: RuleViolated) -> ResponseReturnValue:
    """Keep as a draft what cannot be handed in, and have its page fetched anew, as every return does."""
    if form.action.data != SAVE and not isinstance(error, NotEvidence):
        with suppress(InvalidArticle):
            kept = _keep(place, form)
            return redirect(_address(_place_of(place, kept), mend=SUBMIT), 303)
    return _again(place, form.written(), error), 422


def _again(place: Place, typed: Written, error: RuleViolated) -> str:
    return _page(experience_editor.editor(session(), actor(), place, typed=typed, now=now()), error)


def _page(page: experience_editor.Editor, error: RuleViolated | None) -> str:
    faults = error.faults if isinstance(error, InvalidArticle) else {}
    return render_template(
        "experience/write.html",
        page=page,
        error=error,
        faults=faults,
        conflict=isinstance(error, DraftConflict),
        address=_address(page.place),
        draft_address=_draft_address(page.place),
        angles=list(Angle),
        taken=evidence,
    )


def _place_of(place: Place, kept: Article) -> Place:
    """An article that was free may answer a period by now."""
    return Place(obligation_id=kept.owed.id) if kept.owed else place


def _address(place: Place, *, mend: str | None = None) -> str:
    if place.obligation_id is not None:
        return url_for("my.fill", obligation_id=place.obligation_id, mend=mend)
    return url_for("my_experience.write", article_id=place.article_id, mend=mend)


def _draft_address(place: Place) -> str:
    if place.obligation_id is not None:
        return url_for("my.autosave", obligation_id=place.obligation_id)
    return url_for("my_experience.autosave", article_id=place.article_id)
