"""A template to start from (样板): the built-in layout with the fields of a kind in their places.

It is made by the same builder as the built-in documents, so that an office changes what it wants to be
otherwise and leaves the rest.
"""

from __future__ import annotations

from tracker.documents.official import OfficialDocument
from tracker.domain.house_template import BODY, HEADING, PARTS, TABLES, Catalogue, TemplateKind
from tracker.domain.sealing import UNDATED


def sample(catalogue: Catalogue) -> bytes:
    """The template as a .docx."""
    return _order(catalogue) if catalogue.kind is TemplateKind.ORDER else _report()


def _report() -> bytes:
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
    paper.close_table([each.name for each in matters.fields], [row], widths_mm=(13.0, 50.0, 36.0, 57.0))
    paper.heading("二、办理要求")
    paper.body("{{办理要求}}")
    paper.heading("三、反馈时限")
    paper.body("请于{{反馈时限}}前将办理情况反馈至{{办公室}}。")
    paper.gap()
    paper.right("{{办公室}}")
    paper.right("{{发出日期}}")
    return paper.to_bytes()
