"""自制模板: templates of the office's own for documents, checked as they come, kept version by version.

The gate of imports looks at a file first, then every field is looked up; what cannot be used is not kept. A
new version is used at once, an earlier one or the built-in layout can be put back. What a document was issued
in, it is printed in for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from importers.readers import admission
from tracker.documents import house_template as documents
from tracker.documents.house_sample import sample
from tracker.documents.house_template import Problem
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.evidence import tidy_name
from tracker.domain.house_fields import Catalogue, TemplateKind, Values
from tracker.domain.house_template import catalogue, example
from tracker.domain.ports import Files
from tracker.services import auditing
from tracker.services.ledger import ExportedFile
from tracker.store.insert import insert_missing
from tracker.store.queries import house_templates as queries
from tracker.store.tables import HouseTemplate, HouseTemplateChoice

MOST_BYTES = 5 * 1024 * 1024


class TooLarge(RuleViolated):
    """模板不能超过 5 MB。请压缩里面的图片后再上传。"""


class NotWord(RuleViolated):
    """模板要用 .docx。请在 Word 或 WPS 里打开，另存为 .docx 后再上传。"""


class FieldsWrong(RuleViolated):
    """模板里有字段不对，没有存。请照下面的提示改好，再上传一次。"""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class KindOfTemplates:
    """A kind on the page: what its templates may ask for, its versions, and which is used."""

    kind: TemplateKind
    catalogue: Catalogue
    versions: tuple[HouseTemplate, ...]
    choice: HouseTemplateChoice | None

    @property
    def used(self) -> HouseTemplate | None:
        """The version in use; None is the built-in layout."""
        return self.choice.template if self.choice else None


@dataclass(frozen=True, slots=True)
class Kept:
    """A template that was taken in; `unused` are the passages that it leaves out."""

    template: HouseTemplate
    unused: tuple[str, ...]


def overview(session: Session) -> tuple[KindOfTemplates, ...]:
    """Every kind with its templates."""
    versions, chosen = queries.every(session), queries.chosen_now(session)
    return tuple(
        KindOfTemplates(
            kind,
            catalogue(kind),
            tuple(row for row in versions if row.kind == kind),
            chosen.get(kind.value),
        )
        for kind in TemplateKind
    )


def keep(
    session: Session,
    actor: Actor,
    *,
    kind: TemplateKind,
    filename: str,
    data: bytes,
    files: Files,
    now: datetime,
) -> Kept:
    """Take a template in as the next version of its kind, and use it.

    Raises:
        UnreadableFile, NotWord, NotTemplate, TooLarge: it is no file that can be a template.
        FieldsWrong: its fields are not all known, or what has to be there is missing.
        StorageFailed: the disk is full.

    """
    found = checked(kind, data)
    if found.problems:
        raise FieldsWrong(found.problems)
    facts = {
        "kind": kind.value, "filename": tidy_name(filename), "size": len(data), "sha256": files.keep(data),
        "uploaded_at": now, "uploaded_by_name": actor.name,
    }  # fmt: skip
    row = _next_version(session, kind, facts)
    told = f"上传{kind.label}模板第{row.number}版“{row.filename}”"
    auditing.record(session, actor, Event.TEMPLATE_KEEP, ("house_template", row.id), told, now=now)
    _choose(session, actor, kind, row, now=now)
    return Kept(row, found.unused)


def checked(kind: TemplateKind, data: bytes) -> documents.Checked:
    """What is wrong with a file as a template of this kind.

    Raises:
        UnreadableFile, NotWord, NotTemplate, TooLarge: it is no file that can be a template.

    """
    if len(data) > MOST_BYTES:
        raise TooLarge
    if admission.admit(data) != "docx":
        raise NotWord
    return documents.check(data, catalogue(kind))


def choose(
    session: Session, actor: Actor, *, kind: TemplateKind, template_id: int | None, now: datetime
) -> HouseTemplate | None:
    """Set a kind in one of its versions from now on, or in the built-in layout (None).

    Raises:
        NotFound: there is no such version of this kind.

    """
    row = queries.one(session, template_id) if template_id is not None else None
    if template_id is not None and (row is None or row.kind != kind):
        raise NotFound
    before = queries.chosen(session, kind)
    if (before.template_id if before else None) != template_id:
        _choose(session, actor, kind, row, now=now)
    return row


def fetch(session: Session, *, template_id: int, files: Files) -> ExportedFile:
    """A version as it was uploaded.

    Raises:
        NotFound: there is none, or its bytes are gone or changed.

    """
    row = queries.one(session, template_id)
    if row is None:
        raise NotFound
    return ExportedFile(row.filename, _bytes_of(row, files))


def shown(session: Session, *, template_id: int, files: Files, now: datetime) -> ExportedFile:
    """A version with an example in every field, to see it by.

    Raises:
        NotFound: there is none, or its bytes are gone or changed.

    """
    row = queries.one(session, template_id)
    if row is None:
        raise NotFound
    known = catalogue(TemplateKind(row.kind))
    made = documents.fill(_bytes_of(row, files), known, example(known, now))
    return ExportedFile(f"{known.kind.label}模板第{row.number}版（试填）.docx", made)


def to_begin_with(kind: TemplateKind) -> ExportedFile:
    """The built-in layout with the fields in their places, to be changed in Word."""
    return ExportedFile(f"{kind.label}模板（样板）.docx", sample(catalogue(kind)))


def set_in(
    session: Session, files: Files, kind: TemplateKind, values: Values, *, at: datetime | None = None
) -> bytes | None:
    """A document in the template that its kind uses, or used at a moment; None for the built-in layout.

    A template whose bytes are gone (a backup without its files) or no longer those that were checked leaves
    the built-in layout.
    """
    choice = queries.chosen(session, kind, at=at)
    if choice is None or choice.template is None:
        return None
    try:
        data = _bytes_of(choice.template, files)
    except NotFound:
        return None
    return documents.fill(data, catalogue(kind), values)


def _next_version(session: Session, kind: TemplateKind, facts: dict[str, Any]) -> HouseTemplate:
    """A row under the next number; where somebody else has just taken that, under the one after it."""
    while True:
        number = queries.last_number(session, kind) + 1
        if insert_missing(session, HouseTemplate, [facts | {"number": number}], keys=("kind", "number")):
            return queries.version(session, kind, number)


def _bytes_of(row: HouseTemplate, files: Files) -> bytes:
    """The bytes that were checked when they came; others under their name are as good as none."""
    try:
        data = files.read(row.sha256)
    except OSError as error:
        raise NotFound from error
    if sha256(data).hexdigest() != row.sha256:
        raise NotFound
    return data


def _choose(
    session: Session, actor: Actor, kind: TemplateKind, row: HouseTemplate | None, *, now: datetime
) -> None:
    choice = HouseTemplateChoice(kind=kind.value, template=row, since=now, chosen_by_name=actor.name)
    session.add(choice)
    session.flush()
    layout = f"模板第{row.number}版" if row else "系统自带的版式"
    about = ("house_template_choice", choice.id)
    auditing.record(session, actor, Event.TEMPLATE_CHOOSE, about, f"{kind.label}改用{layout}", now=now)
