"""考核佐证包: what is in it and what is missing, then the package itself."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from tracker.adapters.files import FolderFiles
from tracker.domain.access import Permission
from tracker.services import evidence_package
from tracker.web import downloads
from tracker.web.edge import actor, config, now, session, writing
from tracker.web.forms.base import ActionForm
from tracker.web.forms.ledger import row_id
from tracker.web.policy import permit

blueprint = Blueprint("evidence_package", __name__)

ADDRESS = "/look-back/<int:plan_id>/package"


@blueprint.get(ADDRESS)
@permit(Permission.EVIDENCE_EXPORT)
def show(plan_id: int) -> str:
    """What would be packed, and what is missing, before anything is made."""
    asked = _asked()
    package, indexing = evidence_package.of_plan(session(), plan_id=plan_id, **asked, now=now())
    missing = evidence_package.missing(package)
    facts = {"package": package, "missing": evidence_package.by_lack(missing), "lacks": len(missing)}
    page = "look_back/package.html"
    return render_template(page, plan_id=plan_id, task_id=asked["task_id"], indexing=indexing, **facts)


@blueprint.post(ADDRESS)
@permit(Permission.EVIDENCE_EXPORT)
def make(plan_id: int) -> ResponseReturnValue:
    """The package as a file; it is told before it leaves."""
    ActionForm()
    package, _ = evidence_package.of_plan(session(), plan_id=plan_id, **_asked(), now=now())
    session().rollback()  # packing takes as long as the disk takes; no old snapshot is held meanwhile
    return _packed(plan_id, package)


def _asked() -> dict[str, int | None]:
    """Which task, and by which scheme, as the address says."""
    scheme = request.args.get("scheme", "")
    by_tasks = scheme == str(evidence_package.BY_TASKS)
    return {
        "task_id": request.args.get("task", type=row_id),
        "scheme_id": evidence_package.BY_TASKS if by_tasks else request.args.get("scheme", type=row_id),
    }


def _packed(plan_id: int, package: evidence_package.Package) -> Response:
    files = FolderFiles(config().uploads_dir)
    out = files.temporary()
    try:
        packed = evidence_package.write(package, files=files, out=out)
        with writing() as writer:
            told = evidence_package.record
            told(writer, actor(), plan_id=plan_id, package=package, packed=packed, now=now())
    except BaseException:
        with suppress(OSError):  # a full disk has no room for what is left in the buffer either
            out.close()
        raise
    return downloads.made(out, evidence_package.file_name(package), size=packed.size)
