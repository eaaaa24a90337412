"""督办: what the rule proposes, the orders that people sent, and one of them with its steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.adapters import pdf
from tracker.domain.access import Permission
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.supervision import OrderColour, number_words
from tracker.services import escalating, supervising, supervision_pages, supervision_papers
from tracker.services.supervision_pages import Offered, OrderFilter, OrderPart
from tracker.web import downloads, printing
from tracker.web.attempts import attempt, side_by_side, words_left
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import ActionForm
from tracker.web.forms.ledger import LARGEST_ID, row_id
from tracker.web.forms.supervision import FORMS, EscalateForm, OrderForm, SendBackForm
from tracker.web.policy import permit

blueprint = Blueprint("supervision", __name__)

ONE = f"/supervision/orders/<int(max={LARGEST_ID}):order_id>"
GONE = "有的建议已经不在了：可能已经办结，或已有人发出。请核对后再发。"


@blueprint.get("/supervision")
@permit(Permission.SUPERVISION_WRITE)
def index() -> str:
    """What the rule proposes today, to be ticked."""
    offers = supervision_pages.offers(session(), colour=_colour(), today=today())
    counts = supervision_pages.for_desk(session(), actor(), today=today())
    return render_template("supervision/index.html", offers=offers, counts=counts)


@blueprint.get("/supervision/new")
@permit(Permission.SUPERVISION_WRITE)
def compose() -> ResponseReturnValue:
    """The orders about to be sent, with whom each reaches; `pick` names the proposals."""
    keys = request.args.getlist("pick")
    offered = supervision_pages.chosen(session(), keys, today=today())
    if not offered:
        return _nothing_chosen(keys)
    return _compose_page([(each, OrderForm.of(each, sent=False, today=today())) for each in offered])


@blueprint.post("/supervision/new")
@permit(Permission.SUPERVISION_WRITE)
def send() -> ResponseReturnValue:
    """Send them, all or none; whatever is wrong, the text stays."""
    keys = request.form.getlist("pick")
    offered = supervision_pages.chosen(session(), keys, today=today())
    if not offered:
        return _nothing_chosen(keys)
    forms = [(each, OrderForm.of(each, sent=True, today=today())) for each in offered]
    if len(offered) < len(set(keys)):
        return _compose_page(forms, GONE, 409)
    if not all([form.validate() for _, form in forms]):  # noqa: C419 - each form says what is wrong with it
        return _compose_page(forms, "还有没填好的，请看标出的地方。", 422)
    try:
        numbers = _sent(forms)
    except RuleViolated as error:
        return _compose_page(forms, error.message, 422)
    flash(f"已发出 {len(forms)} 份督办单：{numbers}。", "ok")
    return redirect(url_for("supervision.orders", part=OrderPart.OPEN.value), 303)


def _sent(forms: list[tuple[Offered, OrderForm]]) -> str:
    with writing() as writer:
        wanted = [form.wanted(each.proposal.key) for each, form in forms]
        sent = supervising.send(writer, actor(), wanted=wanted, now=now())
        return "、".join(number_words(row.year, row.number) for row in sent)


def _nothing_chosen(keys: list[str]) -> ResponseReturnValue:
    flash("选中的已经有人发出，或已经办好，不用再发。" if keys else "请先勾选要督办的单位。")
    return redirect(url_for("supervision.index"), 303)


def _compose_page(
    forms: list[tuple[Offered, OrderForm]], problem: str = "", status: int = 200
) -> ResponseReturnValue:
    facts = {"forms": forms, "problem": problem, "token": ActionForm()}
    return render_template("supervision/new.html", **facts), status


@blueprint.get("/supervision/orders")
@permit(Permission.SUPERVISION_READ)
def orders() -> str:
    """The orders that the person may see, what is open first."""
    args = request.args
    part = next((part for part in OrderPart if part == args.get("part")), None)
    plan_id, unit_id = args.get("plan", type=row_id), args.get("unit", type=row_id)
    wanted = OrderFilter(part, plan_id, unit_id, _colour())
    number = args.get("page", 1, type=row_id)
    found = supervision_pages.listing(session(), actor(), wanted, page=number, today=today())
    return render_template("supervision/orders.html", found=found)


def _colour() -> OrderColour | None:
    return next((each for each in OrderColour if each == request.args.get("colour")), None)


@blueprint.get(ONE)
@permit(Permission.SUPERVISION_READ)
def show(order_id: int) -> ResponseReturnValue:
    """One order with its steps."""
    return _page(order_id)


@blueprint.get(f"{ONE}/order.docx")
@permit(Permission.SUPERVISION_READ)
def paper(order_id: int) -> ResponseReturnValue:
    """The order to print."""
    made = supervision_papers.docx(session(), actor(), order_id=order_id, files=printing.files(), now=now())
    return downloads.made(made.content, made.name)


@blueprint.get(f"{ONE}/order.pdf")
@permit(Permission.SUPERVISION_READ)
def paper_pdf(order_id: int) -> ResponseReturnValue:
    """The same as .pdf, where this machine can make one."""
    made = supervision_papers.docx(session(), actor(), order_id=order_id, files=printing.files(), now=now())
    return printing.answer(made, made_at=now(), back=url_for("supervision.show", order_id=order_id))


@blueprint.post(f"{ONE}/answer")
@permit(Permission.SUPERVISION_ANSWER)
def answer(order_id: int) -> ResponseReturnValue:
    """反馈."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        said: dict[str, Any] = {"words": form.words.data or "", "evidence_url": form.evidence_url.data or ""}
        supervising.answer(writer, actor(), **one, **said)

    return _do(order_id, "answer", act, "已反馈，等公开办审核。")


@blueprint.post(f"{ONE}/accept")
@permit(Permission.SUPERVISION_WRITE)
def accept(order_id: int) -> ResponseReturnValue:
    """销单."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        supervising.accept(writer, actor(), **one, words=form.words.data or "")

    return _do(order_id, "accept", act, "已销单。")


@blueprint.post(f"{ONE}/send-back")
@permit(Permission.SUPERVISION_WRITE)
def send_back(order_id: int) -> ResponseReturnValue:
    """退回补充."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        given = {"why": form.words.data or "", "feedback_on": form.feedback_on.data}
        supervising.send_back(writer, actor(), **one, **given)

    return _do(order_id, "send_back", act, "已退回，单位的“我的待办”里会看到还缺什么。")


@blueprint.post(f"{ONE}/withdraw")
@permit(Permission.SUPERVISION_WRITE)
def withdraw(order_id: int) -> ResponseReturnValue:
    """撤回."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        supervising.withdraw(writer, actor(), **one, why=form.words.data or "")

    return _do(order_id, "withdraw", act, "已撤回，编号保留。")


@blueprint.post(f"{ONE}/escalate")
@permit(Permission.SUPERVISION_WRITE)
def escalate(order_id: int) -> ResponseReturnValue:
    """上报领导."""
    form = EscalateForm()
    form.offer(supervision_pages.view(session(), actor(), order_id=order_id, today=today()).leaders)
    if not form.validate():
        return _page(order_id, {"escalate": form}, form.first_problem(), 422)
    try:
        with writing() as writer:
            given: dict[str, Any] = {"words": form.words.data or "", "leader_ids": form.leaders.data or []}
            told = escalating.escalate(writer, actor(), order_id=order_id, **given, now=now())
            names = "、".join(account.display_name for account in told)
    except NotFound:
        raise
    except RuleViolated as error:
        return _page(order_id, {"escalate": form}, error.message, 422)
    flash(f"已上报{names}。", "ok")
    return redirect(url_for("supervision.show", order_id=order_id), 303)


def _do(
    order_id: int, name: str, act: Callable[[Session, Any, dict[str, Any]], None], done: str
) -> ResponseReturnValue:
    """Take one step and go back to the page; refused, it says why and keeps what was typed."""
    form = FORMS[name]()
    one = {"order_id": order_id, "version": form.version.data, "now": now()}
    back = url_for("supervision.show", order_id=order_id)
    page = partial(_page, order_id, {name: form})
    return attempt(form, lambda writer: act(writer, form, one), page, done=done, back=back)


def _page(
    order_id: int, typed: dict[str, Any] | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page; `typed` holds the form that was refused, by its step."""
    page = supervision_pages.view(session(), actor(), order_id=order_id, today=today())
    forms = {name: (typed or {}).get(name) or made(formdata=None) for name, made in FORMS.items()}
    forms["escalate"] = (typed or {}).get("escalate") or EscalateForm(formdata=None)
    forms["escalate"].offer(page.leaders)
    if isinstance(forms["send_back"], SendBackForm) and not (typed or {}).get("send_back"):
        forms["send_back"].feedback_on.data = page.again_on
    side_by_side(forms, page.row.version)
    open_now = {step.value for step in page.steps} | ({"escalate"} if page.leaders else set())
    tried, left = next(iter(typed or {}), ""), words_left(typed or {}, open_now)
    facts = {"forms": forms, "problem": problem, "tried": tried, "typed": left}
    return render_template("supervision/show.html", page=page, has_pdf=pdf.available(), **facts), status
