"""Days in a sentence that are nobody's deadline (条件、政策期限): whom a policy reaches, how long it runs.

    对6月30日前取得…的项目,给予…            whom a measure reaches
    6月30日前完成登记的个人,可享受…         what somebody outside must do first
    6月30日前,对…的企业,可予以…            until when a measure is offered
    延续到2025年底 · 申请时间截止至6月30日    the term of a policy, the end of an application window

Such days are for those whom a measure serves. Reminding the unit that carries it out would be wrong.
"""

from __future__ import annotations

import re

UNFULFILLED = re.compile(r"(?:尚|仍|未|无法|没有|不能|不得|无|曾|已经?|还?不)")
_UNFULFILLED_BEFORE = re.compile(r"(?:未能?|不能|无法|没有|不得)(?:在|于)?$")
_CLAUSE = re.compile(r"[,。;:?!\n]")
_SENTENCE = re.compile(r"[。;:?!\n]")
_INNER = re.compile(r"^\([^()]*\)")
_ABOUT_WHOM = re.compile(r"(?:[一二三四五六七八九十\d]+[.、)]|\([^()]*\))?(?:对于?|凡|针对|属于|符合)")
_ABOUT_WHEN = re.compile(r"(?:对于?|凡在?)$")
_SERVED = (
    r"(?:个人|购房[人者]|纳税人|申请人|参保人|毕业生|者|家庭|群众|职工|人员|人才|企业|单位|机构|主体|商户|项目|贷款|用地"
    r"|楼栋|房屋|住房|住宅)"
)
_CITIZEN = re.compile(
    r"(?:借款人|申请人|购房[人者]|纳税人|当事人|缴存(?:人|职工)|用人单位|受让人|竞买人|参保人|毕业生|持有人|投保人)"
    r"(?:应|须|需|可|在|于|要|必须)"
)
_ALLOWED = re.compile(
    r"允许[^,。;]{1,16}$|(?:单位|企业|商户|个人|职工|家庭|群众|市民|居民|申请人|购房[人者]|纳税人)可以?[在于]?$"
)
_CITIZEN_ACTS = re.compile(
    r"[,)]?(?:[在于][^,。;]{1,24})?(?:购买(?!服务)|购置|购入|购房|换购|出售|网签|缴清|缴交|缴纳契税|到期)"
)
_CITED = re.compile(r"(?:印发|发布|公布|出台|下发|通过|修订|实施|施行)[的了]?□")
"""按照2025年3月1日印发《…》: the title behind is masked."""
_GRANTED = re.compile(
    r"(?:取得|出让|供应|签订|建成|批准|发放|竣工|登记|注册|毕业|参保|立项|开工)[^,。;]{0,20}的"
    r"(?:[^,。;]{0,8}(?:项目|用地|地块|房屋|住房|小区|企业|人员|家庭|楼盘|商品房|合同|建筑|车辆|贷款))?(?:$|[,。;自从按仍可]|配建)"
)
_DUE_TO_OTHERS = re.compile(r"(?:应当?|须|需|拟)[^,。;的]{1,8}的[^,。;]{1,16}")
_SO_FAR = re.compile(r"[^,。;完成开展组织推进将把对]{0,8}(?:已经?|尚?未|曾)[^,。;]{1,24}的")
"""金融机构已发放的贷款: what stands so far, on that day."""
_SERVED_BEHIND = re.compile(rf"[^,。;]{{2,}}的(?:[^,。;的]{{0,8}}){_SERVED}$")
_OFFERED = re.compile(r",?(?:可|均可|给予|予以|享受|按|每|一次性|由[^,。;]{1,12}(?:给予|予以|发放))")
_OFFER = re.compile(
    r"的(?:可|均可)?(?:享受|给予|予以|按)|可(?:享受|给予|申请|申领|获|按)"
)
_TERM_AHEAD = re.compile(
    r",?(?:对于?|存量|符合)[^。;]*?(?:可|允许|予以|给予|退税|退还|展期|减免|减按|免征|免收|补贴|补助|奖励)"
)
_EXTENDED = re.compile(r"(?:延长|延续|顺延|延期|执行|实施|施行)(?:时间|期限)?(?:至|到|截至|截止到?)$")
_WINDOW = re.compile(
    r"(?:申请|申报|申领|受理|领取|兑付|兑现|报名|缴费)[^,。;]{0,10}?时间?(?:截止|截至|为|至|到|于|时间|[:])+$"
)
_OR_FORFEITS = re.compile(
    r"[^。;]{0,40}?逾期(?:不再?|视为|将不|未(?![^。;]{0,16}(?:通报|问责|追究|追责|约谈|扣分|督办)))"
)
"""6月30日前提交材料,逾期不再办理: the applicants' last day; 逾期未报的予以通报 is said to offices."""
_LOOKS_BACK_ON = re.compile(rf"[^。;]{{2,120}}?的[^,。;的]{{0,16}}{_SERVED}")
_APPLICANT = re.compile(
    r",?(?:凭|[^。;]{0,40}?可(?:以)?申[请领]|[^。;]{0,20}?向[^,。;]{1,14}(?:提出)?申[请报])",
)


def always(segment: str, after: str) -> bool:
    """Whether a day is a condition wherever it stands: 未能在9月底前办结的."""
    if after and UNFULFILLED.match(after):
        return True
    return segment != "" and _UNFULFILLED_BEFORE.search(segment) is not None


def in_sentence(segment: str, after: str) -> bool:
    """Whether a day in a sentence says whom or what a measure reaches, or how long it runs.

    Args:
        segment: the words before the day, back to the last mark.
        after: the words behind it, to the end of the passage.

    """
    return _concerns(segment, after) or _is_term(segment, after)


def _concerns(segment: str, after: str) -> bool:
    after = _INNER.sub("", after)
    tail = _tail(after)
    if tail.endswith("的") or _ABOUT_WHEN.search(segment) or _CITIZEN_ACTS.match(after):
        return True
    if any(pattern.match(tail) for pattern in (_CITED, _GRANTED, _DUE_TO_OTHERS, _SO_FAR)):
        return True
    if _OR_FORFEITS.match(after):
        return True
    if _OFFER.search(tail) or (_SERVED_BEHIND.match(tail) and _OFFERED.match(after[len(tail):])):
        return True
    if _ABOUT_WHOM.match(segment) and "的" in tail:
        return True
    allowed = _ALLOWED.search(segment.removesuffix("在").removesuffix("于"))
    return allowed is not None or _CITIZEN.search(segment + "在") is not None


def _is_term(segment: str, after: str) -> bool:
    if _EXTENDED.search(segment) or _WINDOW.search(segment):
        return True
    heads = segment in {"", "在", "至", "到"} and after.startswith(",")
    return heads and _TERM_AHEAD.match(after) is not None


def looks_back(segment: str, after: str) -> bool:
    """Whether a span of days is one that a measure looks back on: 对1—2月完成产值…的企业."""
    sentence = _SENTENCE.split(after)[0]
    return _ABOUT_WHOM.match(segment) is not None and _LOOKS_BACK_ON.match(sentence) is not None


def is_applicants(after: str) -> bool:
    """Whether a count is the time in which somebody may apply: 3个月内,凭购房发票…可申请."""
    return _APPLICANT.match(after) is not None


def _tail(after: str) -> str:
    return _CLAUSE.split(after)[0]
