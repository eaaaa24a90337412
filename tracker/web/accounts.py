"""Signing in and out, passwords, and the list of accounts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from tracker.adapters import passwords
from tracker.domain.access import Permission, UserRole
from tracker.domain.errors import InvalidInput, NameTaken, VersionConflict
from tracker.services import accounts, locks
from tracker.web import auth, kept
from tracker.web.addresses import client_address, is_this_machine, local_or
from tracker.web.context import CARE_COOKIE
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.accounts import (
    AccountChangeForm,
    AccountForm,
    ActiveForm,
    ChangePasswordForm,
    FirstAdministratorForm,
    PasswordForm,
    SignInForm,
)
from tracker.web.policy import permit, public

blueprint = Blueprint("accounts", __name__)

REFUSED = "用户名或口令不对，或者账号暂时锁定。请核对后再试；连续输错5次，账号在这台电脑上锁定15分钟。"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in and go on where the person wanted to go."""
    form = SignInForm(username=auth.expected())
    if g.actor and request.method == "GET":
        return redirect(_wanted())
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if form.is_submitted() else 200)
    try:
        token = _attempt(form)
    except locks.TooManyFailures as error:
        flash(str(error), "red")
        return _sign_in_page(form, 429)
    if token is None:
        flash(REFUSED, "red")
        return _sign_in_page(form, 422)
    auth.remember(token)
    return _resumed() or redirect(_wanted(), 303)


def _attempt(form: SignInForm) -> str | None:
    """Compare outside the transaction, because that is slow by intent; then count and open inside."""
    username, password = str(form.username.data), str(form.password.data)
    address = client_address(request)
    locks.require_calm(session(), address=address, now=now())
    digest = accounts.known_password(session(), username)
    matched = digest if passwords.matches(password, digest) else None
    with writing() as writer:
        return accounts.sign_in(
            writer,
            username=username,
            matched=matched,
            address=address,
            limits=auth.limits(),
            now=now(),
        )


def _sign_in_page(form: SignInForm, status: int) -> ResponseReturnValue:
    brought = kept.brought() if request.method == "POST" else None
    carried = kept.carried(*brought) if brought else []
    typed = kept.readable(brought[1]) if brought else ()
    facts = {"carried": carried, "typed": typed, "ended": brought is not None}
    return render_template("accounts/sign_in.html", form=form, **facts), status


def _resumed() -> ResponseReturnValue | None:
    """After a sign-in in the middle of a form: the same fields, ready to be handed in again."""
    brought = kept.brought()
    if brought is None:
        return None
    path, fields = brought
    return render_template("accounts/resume.html", path=path, fields=fields, typed=kept.readable(fields))


def _wanted() -> str:
    return local_or(request.values.get("next"), url_for("desk.home"))


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this sign-in for good; whoever is out already is told the same."""
    if g.person:
        with writing() as writer:
            accounts.sign_out(writer, auth.oneself(), sign_in_id=g.person.sign_in_id, now=now())
    auth.forget()
    flash("已退出。", "ok")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@public
def set_password(token: str) -> ResponseReturnValue:
    """Set a password with a link that works once."""
    link = accounts.open_link(session(), token, now=now())
    username = accounts.username_of(session(), link)
    form = PasswordForm() if username else FirstAdministratorForm()
    form.owner = username or ""
    if not form.validate_on_submit():
        page = render_template("accounts/set_password.html", form=form, username=username)
        return page, 422 if form.is_submitted() else 200
    return _use_link(token, form, username)


def _use_link(token: str, form: PasswordForm, username: str | None) -> ResponseReturnValue:
    names = {} if username else {"username": form.username.data, "display_name": form.display_name.data}
    digest = passwords.hash_password(str(form.password.data))
    with writing() as writer:
        username = accounts.use_link(writer, token=token, password_hash=digest, now=now(), **names).username
    auth.expect(username)
    flash("口令已设置，请用它登录。", "ok")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.post("/care")
@public
def care() -> ResponseReturnValue:
    """关怀模式: larger type on or off, kept in a cookie for a year."""
    answer = redirect(local_or(request.form.get("next"), url_for("desk.home")), 303)
    on = request.form.get("on") == "1"
    answer.set_cookie(CARE_COOKIE, "1" if on else "0", max_age=365 * 24 * 3600, httponly=True, samesite="Lax")
    return answer


@blueprint.route("/password", methods=["GET", "POST"])
@permit(Permission.HOME_READ)
def change_password() -> ResponseReturnValue:
    """One's own new password; every signed-in browser of the account is signed out."""
    form = ChangePasswordForm()
    username = accounts.one(session(), actor().account_id).username
    form.owner = username
    if not form.validate_on_submit() or not _current_is_right(form, username):
        return render_template(
            "accounts/change_password.html", form=form
        ), 422 if form.is_submitted() else 200
    digest = passwords.hash_password(str(form.password.data))
    with writing() as writer:
        accounts.change_password(writer, auth.oneself(), password_hash=digest, now=now())
    auth.expect(username)
    flash("口令已修改，请用新口令登录。", "ok")
    return redirect(url_for("accounts.sign_in"), 303)


def _current_is_right(form: ChangePasswordForm, username: str) -> bool:
    right = passwords.matches(str(form.current.data), accounts.known_password(session(), username))
    if not right:
        form.current.errors = ["现在的口令不对，请重新输入。"]
    return right


@blueprint.get("/accounts")
@permit(Permission.ACCOUNT_READ)
def index() -> ResponseReturnValue:
    """Everybody who can sign in."""
    facts = {"people": accounts.every(session()), "locks": locks.current(session(), now=now())}
    return render_template("accounts/index.html", **facts)


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@permit(Permission.ACCOUNT_WRITE)
def create() -> ResponseReturnValue:
    """A new account, and the link that its person sets a password with."""
    form = AccountForm()
    form.offer_units(accounts.unit_choices(session()))
    if not form.validate_on_submit():
        return render_template("accounts/new.html", form=form), 422 if form.is_submitted() else 200
    try:
        with writing() as writer:
            account = accounts.create(writer, actor(), **_facts_of(form), now=now())
            token = accounts.reset_link(writer, actor(), account_id=account.id, now=now())
    except NameTaken as problem:
        form.username.errors = [problem.message]
        return render_template("accounts/new.html", form=form), 422
    return _link_page(account.display_name, account.username, token)


def _facts_of(form: AccountForm) -> dict[str, Any]:
    return {
        "username": form.username.data,
        "display_name": form.display_name.data,
        "role": UserRole(form.role.data),
        "unit_id": form.unit_id.data or None,
        "email": form.email.data or "",
        "phone": form.phone.data or "",
        "duty": form.duty.data,
    }


@blueprint.post("/accounts/<int:account_id>/link")
@permit(Permission.ACCOUNT_WRITE)
def reset_link(account_id: int) -> ResponseReturnValue:
    """A new link for somebody who has none or forgot the password."""
    with writing() as writer:
        token = accounts.reset_link(writer, actor(), account_id=account_id, now=now())
        account = accounts.one(writer, account_id)
    return _link_page(account.display_name, account.username, token)


def _link_page(name: str, username: str, token: str) -> str:
    """Shown once, straight after the post: a link is a key, and neither cookie nor address may keep it."""
    path = url_for("accounts.set_password", token=token)
    address = f"{current_app.config['BASE_URL']}{path}"
    facts = {"address": address, "only_here": is_this_machine(address)}
    return render_template("accounts/link.html", name=name, username=username, **facts)


@blueprint.route("/accounts/<int:account_id>", methods=["GET", "POST"])
@permit(Permission.ACCOUNT_WRITE)
def change(account_id: int) -> ResponseReturnValue:
    """Correct an account."""
    account = accounts.one(session(), account_id)
    form = AccountChangeForm(obj=account)
    form.offer_units(accounts.unit_choices(session()))
    if not form.validate_on_submit():
        return _change_page(account_id, form, 422 if form.is_submitted() else 200)
    try:
        with writing() as writer:
            accounts.change(writer, actor(), account_id=account_id, **_changes_of(form), now=now())
    except (VersionConflict, StaleDataError):
        return _change_page(account_id, form, 409)
    flash("已保存。", "ok")
    return redirect(url_for("accounts.index"), 303)


def _changes_of(form: AccountChangeForm) -> dict[str, Any]:
    facts = {"display_name": form.display_name.data, "email": form.email.data or ""}
    facts |= {"phone": form.phone.data or "", "duty": form.duty.data}
    return facts | {"unit_id": form.unit_id.data or None, "version": form.version.data}


def _change_page(account_id: int, form: AccountChangeForm, status: int) -> ResponseReturnValue:
    """With a conflict, the page shows what stands now, keeps what was typed, and saves over it next time."""
    account = accounts.one(session(), account_id)
    if status == 409:
        form.version.raw_data, form.version.data = None, account.version
    facts = {"account": account, "conflict": status == 409}
    return render_template("accounts/change.html", form=form, **facts), status


@blueprint.post("/accounts/<int:account_id>/active")
@permit(Permission.ACCOUNT_WRITE)
def set_active(account_id: int) -> ResponseReturnValue:
    """Disable an account or let it in again."""
    form = ActiveForm()
    if not form.validate():
        raise InvalidInput(form.first_problem())
    facts = {"active": form.active.data == "1", "version": form.version.data}
    with writing() as writer:
        account = accounts.set_active(writer, actor(), account_id=account_id, **facts, now=now())
    flash(f"已{'启用' if account.active else '停用'}“{account.display_name}”。", "ok")
    return redirect(url_for("accounts.index"), 303)
