"""Signing in and out, passwords, and the list of accounts."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.adapters import passwords
from tracker.services import accounts
from tracker.web import auth, kept
from tracker.web.addresses import local_or
from tracker.web.context import CARE_COOKIE
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.accounts import FirstAdministratorForm, PasswordForm, SignInForm
from tracker.web.policy import public

blueprint = Blueprint("accounts", __name__)

REFUSED = "用户名或口令不对，或者账号暂时锁定。请核对后再试；连续输错5次，账号锁定15分钟。"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in and go on where the person wanted to go."""
    form = SignInForm()
    if g.actor and request.method == "GET":
        return redirect(_wanted())
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if form.is_submitted() else 200)
    token = _attempt(form)
    if token is None:
        flash(REFUSED, "red")
        return _sign_in_page(form, 422)
    auth.remember(token)
    return _resumed() or redirect(_wanted(), 303)


def _attempt(form: SignInForm) -> str | None:
    """Compare outside the transaction, because that is slow by intent; then count and open inside."""
    username, password = str(form.username.data), str(form.password.data)
    digest = accounts.known_password(session(), username)
    matched = digest if passwords.matches(password, digest) else None
    with writing() as writer:
        return accounts.sign_in(
            writer,
            username=username,
            matched=matched,
            address=request.remote_addr or "",
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
            accounts.sign_out(writer, actor(), sign_in_id=g.person.sign_in_id, now=now())
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
        accounts.use_link(writer, token=token, password_hash=digest, now=now(), **names)
    auth.forget()
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
