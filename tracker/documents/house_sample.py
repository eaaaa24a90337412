"""A template to start from (样板): the built-in layout with the fields of a kind in their places.

It is made by the same builder as the built-in documents, so that an office changes what it wants to be
otherwise and leaves the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.documents.look_back import ANNEX, HEADER, WIDTHS_MM
from tracker.documents.official import OfficialDocument
from tracker.domain.house_fields import BODY, FIGURES, HEADING, PARTS, TABLES, Catalogue, TemplateKind
from tracker.domain.sealing import UNDATED


def sample(catalogue: Catalogue) -> bytes:
    """The template as a .docx."""
    return _SAMPLES.get(catalogue.kind, _report)(catalogue)


def _report(_: Catalogue) -> bytes:
    paper = OfficialDocument("{{标题}}", made_at=UNDATED)
    paper.addressee("{{主送单位}}")
    paper.addressee(f"{{{{#{PARTS}}}}}")
    paper.heading(f"{{{{{HEADING}}}}}")
    paper.body(f"{{{{{BODY}}}}}")
    paper.body(f"{{{{{TABLES}}}}}")
    paper.addressee(f"{{{{/{PARTS}}}}}")
    paper.gap()
    paper.right("{{办公室}}")
    paper.right("{{成文日期}}")
    return paper.to_bytes()


def _order(catalogue: Catalogue) -> bytes:
    (matters,) = catalogue.groups
    paper = OfficialDocument("督办单", made_at=UNDATED)
    paper.note("{{颜色}}督办　　{{编号}}")
    paper.note("{{办理结果}}")
    paper.addressee("{{承办单位}}：")
    paper.body("你单位承担的《{{文件}}》有关工作没有按时完成，现予督办。")
    paper.heading("一、督办事项")
    row = [f"{{{{{matters.name}.{each.name}}}}}" for each in matters.fields]
    paper.close_table([each.name for each in matters.fields], [row], widths_mm=(13.0, 48.0, 40.0, 55.0))
    paper.heading("二、办理要求")
    paper.body("{{办理要求}}")
    paper.heading("三、反馈时限")
    paper.body("请于{{反馈时限}}前将办理情况反馈至{{办公室}}。")
    paper.gap()
    paper.right("{{办公室}}")
    paper.right("{{发出日期}}")
    return paper.to_bytes()


def _pack(catalogue: Catalogue) -> bytes:
    (units,) = catalogue.groups
    paper = OfficialDocument("{{标题}}", made_at=UNDATED)
    for line in ("依据：《{{文件}}》", "时间：{{时间}}", "地点：{{地点}}", "参会人员：{{参会人员}}"):
        paper.body(line)
    paper.body(f"议程：听取{{{{{FIGURES}.单位}}}}家单位进展，研究问题，议定事项。按需要研究的轻重排列：")
    row = [f"{{{{{units.name}.{name}}}}}" for name in ("序号", "名称", "需要研究")]
    paper.close_table(("序号", "单位", "需要研究的情况"), [row], widths_mm=(14.0, 48.0, 94.0))
    paper.close_line(f"{{{{#{units.name}}}}}")
    paper.new_page()
    paper.close_heading("{{序号}}．{{名称}}")
    for line in ("需要研究：{{需要研究}}", "{{报送情况}}", "{{会前告知}}", "{{事项}}"):
        paper.close_line(line)
    paper.close_line(f"{{{{/{units.name}}}}}")
    return paper.to_bytes()


def _look_back(catalogue: Catalogue) -> bytes:
    items = catalogue.groups[-1]
    paper = OfficialDocument("{{标题}}", made_at=UNDATED)
    paper.note("{{草稿说明}}")
    paper.addressee(f"{{{{#{PARTS}}}}}")
    paper.heading(f"{{{{{HEADING}}}}}")
    paper.body(f"{{{{{BODY}}}}}")
    paper.addressee(f"{{{{/{PARTS}}}}}")
    paper.attachments([ANNEX])
    paper.gap()
    paper.right("{{办公室}}")
    paper.right("{{成文日期}}")
    row = [f"{{{{{items.name}.{each.name}}}}}" for each in items.fields]
    paper.table(f"附件：{ANNEX}", HEADER, [row], widths_mm=WIDTHS_MM)
    return paper.to_bytes()


def _experience(catalogue: Catalogue) -> bytes:
    (articles,) = catalogue.groups
    paper = OfficialDocument("{{标题}}", made_at=UNDATED)
    paper.body(f"收录{{{{范围}}}}已采用的经验材料{{{{{FIGURES}.篇数}}}}篇，{{{{办公室}}}}{{{{编印日期}}}}编。")
    paper.addressee(f"{{{{#{articles.name}}}}}")
    paper.part("{{篇名}}", "{{单位}}")
    for line in (f"{{{{{BODY}}}}}", "{{展示}}", "{{省采用}}"):
        paper.body(line)
    paper.addressee(f"{{{{/{articles.name}}}}}")
    return paper.to_bytes()


_SAMPLES: Mapping[TemplateKind, Callable[[Catalogue], bytes]] = {
    TemplateKind.ORDER: _order,
    TemplateKind.PACK: _pack,
    TemplateKind.LOOK_BACK: _look_back,
    TemplateKind.EXPERIENCE: _experience,
}
