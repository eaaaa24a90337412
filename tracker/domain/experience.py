"""Experience (经验材料): what a unit tells of how it did something well, and what becomes of its article.

    draft     --submit-->   submitted
    submitted --submit-->   submitted   (a newer version, before anybody has decided)
    submitted --return-->   returned    (退改, with a reason)
    returned  --submit-->   submitted
    submitted --adopt-->    adopted
    submitted --keep-->     kept        (收下 and not adopted, with a reason)
    kept      --adopt-->    adopted     (chosen after all)
    adopted   --keep-->     kept        (an adoption taken back, with a reason)
    adopted   --show-->     shown       (with the address and the day)
    adopted   --send_up-->  sent_up     (报省, with the day)
    shown     --show-->     shown       (address or day put right)
    shown     --send_up-->  sent_up
    sent_up   --send_up-->  sent_up     (the day put right)
    sent_up   --show-->     sent_up     (shown after it was sent up)
    sent_up   --take_up-->  taken_up    (省采用, with a link or the document's words)
    taken_up  --take_up-->  taken_up    (put right)
    taken_up  --show-->     taken_up

Everything else is refused with a sentence. The state is how far an article has come; whether it is shown is
a fact of its own, for one that was sent up may be shown or not. An article that answers an obligation (应报)
takes that with it: `obligation_step` says which step of the obligation a step of the article is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain import obligation
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.steps import StepTable, said_by
from tracker.domain.titled import Titled
from tracker.domain.web_address import is_web_address

TITLE_LENGTH = 100
BODY_LENGTH = 20_000
LINK_LENGTH = 1000
REASON_LENGTH = 1000
WORDS_LENGTH = 300
KEPT_ON_BOARD = "报送已通过，没有采用。"
"""Why an article is kept that was accepted with others as a return (通过)."""


class ExperienceState(Titled):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审"
    RETURNED = "returned", "退改"
    KEPT = "kept", "已收下"
    ADOPTED = "adopted", "已采用"
    SHOWN = "shown", "已展示"
    SENT_UP = "sent_up", "已报省"
    TAKEN_UP = "taken_up", "省已采用"

    @property
    def is_adopted(self) -> bool:
        """Whether the office has chosen it, whatever has come of it since; then every unit may read it."""
        return self in _ADOPTED

    @property
    def is_writable(self) -> bool:
        """Whether its unit may still hand in, as far as the article goes; a cut-off may say no."""
        return (self, Step.SUBMIT) in TRANSITIONS


class Step(Titled):
    SUBMIT = "submit", "报送"
    RETURN = "return", "退改"
    ADOPT = "adopt", "采用"
    KEEP = "keep", "收下，不采用"
    SHOW = "show", "展示"
    SEND_UP = "send_up", "报省"
    TAKE_UP = "take_up", "省采用"


class Angle(Titled):
    """From which side an experience is told (角度); nobody has to say."""

    BUSINESS = "business", "服务企业"
    PUBLIC = "public", "服务群众"
    KEY_WORK = "key_work", "助力重点工作"


class NotHandedIn(RuleViolated):
    """这篇还没有报送，不能审核。"""


class WithUnit(RuleViolated):
    """这篇已退改，等单位改好再报。"""


class AlreadyDecided(RuleViolated):
    """这篇已经审定，不能再改；如有更正请联系公开办。"""


class AdoptFirst(RuleViolated):
    """采用以后才能展示和报省。"""


class SendUpFirst(RuleViolated):
    """请先记下报省的日期，再记省采用。"""


class AlreadyUsed(RuleViolated):
    """这篇已经展示或报省，不能再撤回采用。"""


class StepNotAllowed(RuleViolated):
    """这篇现在不能这样处理，请刷新页面看最新情况。"""


class ReasonNeeded(InvalidInput):
    """请写明理由，单位会原样看到。"""


class ReasonTooLong(InvalidInput):
    """理由最多1000字，请缩短。"""


class NoLink(InvalidInput):
    """链接要以 http:// 或 https:// 开头，请从浏览器的地址栏复制。"""


class LinkNeeded(InvalidInput):
    """请填写展示页面的链接。"""


class ProofNeeded(InvalidInput):
    """请填写省里采用的链接，或写明刊物、文件的名称。"""


class ProofTooLong(InvalidInput):
    """说明最多300字，请缩短。"""


class DayToCome(InvalidInput):
    """日期不能晚于今天。"""


class DayTooEarly(InvalidInput):
    """日期不能早于上一步的日期，请核对。"""


_S = ExperienceState
_ADOPTED = frozenset({_S.ADOPTED, _S.SHOWN, _S.SENT_UP, _S.TAKEN_UP})
TRANSITIONS: dict[tuple[ExperienceState, Step], ExperienceState] = {
    (_S.DRAFT, Step.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, Step.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, Step.RETURN): _S.RETURNED,
    (_S.RETURNED, Step.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, Step.ADOPT): _S.ADOPTED,
    (_S.SUBMITTED, Step.KEEP): _S.KEPT,
    (_S.KEPT, Step.ADOPT): _S.ADOPTED,
    (_S.ADOPTED, Step.KEEP): _S.KEPT,
    (_S.ADOPTED, Step.SHOW): _S.SHOWN,
    (_S.ADOPTED, Step.SEND_UP): _S.SENT_UP,
    (_S.SHOWN, Step.SHOW): _S.SHOWN,
    (_S.SHOWN, Step.SEND_UP): _S.SENT_UP,
    (_S.SENT_UP, Step.SEND_UP): _S.SENT_UP,
    (_S.SENT_UP, Step.SHOW): _S.SENT_UP,
    (_S.SENT_UP, Step.TAKE_UP): _S.TAKEN_UP,
    (_S.TAKEN_UP, Step.TAKE_UP): _S.TAKEN_UP,
    (_S.TAKEN_UP, Step.SHOW): _S.TAKEN_UP,
}

# What a person is told when a step is refused; the rest hear StepNotAllowed.
_OFFICE = (Step.RETURN, Step.ADOPT, Step.KEEP, Step.SHOW, Step.SEND_UP, Step.TAKE_UP)
_LATER = (Step.SHOW, Step.SEND_UP, Step.TAKE_UP)
_REFUSALS: dict[tuple[ExperienceState, Step], type[RuleViolated]] = {
    **{(_S.DRAFT, step): NotHandedIn for step in _OFFICE},
    **{(_S.RETURNED, step): WithUnit for step in _OFFICE},
    **{(_S.SUBMITTED, step): AdoptFirst for step in _LATER},
    **{(_S.KEPT, step): AdoptFirst for step in _LATER},
    **{(state, Step.SUBMIT): AlreadyDecided for state in (_S.KEPT, *_ADOPTED)},
    **{(state, Step.KEEP): AlreadyUsed for state in (_S.SHOWN, _S.SENT_UP, _S.TAKEN_UP)},
    **{(state, Step.TAKE_UP): SendUpFirst for state in (_S.ADOPTED, _S.SHOWN)},
}

_OBLIGATION_STEPS = {
    (_S.DRAFT, Step.SUBMIT): obligation.Step.SUBMIT,
    (_S.RETURNED, Step.SUBMIT): obligation.Step.SUBMIT,
    (_S.SUBMITTED, Step.RETURN): obligation.Step.RETURN,
    (_S.SUBMITTED, Step.ADOPT): obligation.Step.ACCEPT,
    (_S.SUBMITTED, Step.KEEP): obligation.Step.ACCEPT,
}


@dataclass(frozen=True, slots=True)
class Written:
    """What a unit has written of an article."""

    title: str = ""
    body: str = ""
    link: str = ""
    """Where it is public already, if it is."""
    angle: str = ""

    def tidied(self) -> Written:
        """As it is kept when it is handed in: without blanks around it."""
        return Written(
            " ".join(self.title.split()), self.body.strip(), self.link.strip(), _known_angle(self.angle)
        )

    @property
    def says_something(self) -> bool:
        return bool(self.title.strip() or self.body.strip() or self.link.strip())


_TABLE = StepTable(TRANSITIONS, said_by(_REFUSALS, StepNotAllowed))
take = _TABLE.take
open_steps = _TABLE.open_steps


def obligation_step(state: ExperienceState, step: Step) -> obligation.Step | None:
    """The step that the answered obligation takes with a step of its article; None where it stays."""
    return _OBLIGATION_STEPS.get((state, step))


def faults(written: Written) -> dict[str, str]:
    """What has to be mended before it can be handed in: a sentence for each field."""
    found = dict(too_long(written))
    if not written.title.strip():
        found["title"] = "请填写题目。"
    if not written.body.strip():
        found["body"] = "请填写正文。正文在附件里的，也请把要点写在这里。"
    if written.link.strip() and "link" not in found and not is_web_address(written.link.strip()):
        found["link"] = NoLink().message
    return found


def too_long(written: Written) -> dict[str, str]:
    """What cannot even be kept as a draft: a text that does not fit."""
    fields = (
        ("title", written.title, TITLE_LENGTH),
        ("body", written.body, BODY_LENGTH),
        ("link", written.link, LINK_LENGTH),
    )
    return {
        name: f"最多{most}个字，现在有{len(text)}个，请缩短。"
        for name, text, most in fields
        if len(text) > most
    }


def reasoned(reason: str) -> str:
    """A reason as it is kept.

    Raises:
        InvalidInput: there is none, or it is too long.

    """
    reason = reason.strip()
    if not reason:
        raise ReasonNeeded
    if len(reason) > REASON_LENGTH:
        raise ReasonTooLong
    return reason


def linked(url: str) -> str:
    """The address at which it is shown.

    Raises:
        InvalidInput: there is none, or it is no web address.

    """
    url = url.strip()
    if not url:
        raise LinkNeeded
    if not is_web_address(url):
        raise NoLink
    return url


def proven(words: str) -> str:
    """What shows that the province took it up: a link, or the name of a journal or document.

    Raises:
        InvalidInput: there is nothing, or it is too long.

    """
    words = words.strip()
    if not words:
        raise ProofNeeded
    if len(words) > WORDS_LENGTH:
        raise ProofTooLong
    return words


def day_given(day: date, *, since: date, today: date) -> date:
    """The day of a step; not before the step that it follows, and not in the future.

    Raises:
        InvalidInput: it is one of the two.

    """
    if day > today:
        raise DayToCome
    if day < since:
        raise DayTooEarly
    return day


def _known_angle(angle: str) -> str:
    return angle if angle in set(Angle) else ""
