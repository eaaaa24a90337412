"""经验材料 from 写一篇 to 省采用: a unit writes, the office decides, every unit reads what was adopted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import make_account
from tests.support import articles
from tests.support.articles import WORDS, Fortnight
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.domain.experience import Written
from tracker.store.tables import Account, Experience, ExperienceVersion, Obligation

LINK = "https://www.qingxi.example/zt/1.html"


@dataclass
class Office:
    """A fortnight with a unit's contact, another unit's, a clerk and a leader."""

    client: PageClient
    session: Session
    city: Fortnight
    contact: Account
    other: Account
    clerk: Account
    leader: Account
    owed_id: int

    @property
    def path(self) -> str:
        return f"/my/returns/{self.owed_id}"

    def at(self, account: Account) -> PageClient:
        return self.client.as_account(account)

    def page(self, path: str) -> html.HtmlElement:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return html.document_fromstring(answer.get_data(as_text=True))

    def article(self) -> Experience:
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Experience).order_by(Experience.id.desc()).limit(1)).one()

    def owed(self) -> Obligation:
        self.session.rollback()
        self.session.expire_all()
        return self.session.get_one(Obligation, self.owed_id)

    def post(self, action: str, path: str = "", written: Written = WORDS, **more: Any) -> TestResponse:
        path = path or self.path
        token = more.pop("token", None) or str(self.page(path).xpath("//input[@name='token']/@value")[0])
        words = {"title": written.title, "body": written.body, "link": written.link, "angle": written.angle}
        return self.client.post(path, data={"token": token, "action": action} | words | more)

    def step(self, name: str, **fields: Any) -> TestResponse:
        row = self.article()
        version = fields.pop("version", row.version)
        return self.client.post(f"/experience/{row.id}/{name}", data={"version": version} | fields)


@pytest.fixture
def office(client: PageClient, app_session: Session, clock: SettableClock) -> Office:
    city = articles.make_fortnight(app_session)
    made = Office(
        client, app_session, city,
        make_account(app_session, "unit", unit=city.education), make_account(app_session, "unit", unit=city.health),
        make_account(app_session, "office"), make_account(app_session, "leader"), city.owed.id,
    )  # fmt: skip
    app_session.commit()
    clock.set(articles.NOW)
    made.at(made.contact)
    return made


def test_the_way_from_the_todo_to_the_writing_page_is_one_click(office: Office) -> None:
    (card,) = office.page("/my").xpath("//article[contains(., '两周一经验')]")
    assert card.xpath(".//a[contains(@class, 'primary')]/@href") == [office.path]
    page = office.page(office.path)
    assert [each.text.strip() for each in page.xpath("//form[@id='return-form']//label")] == [
        "题目", "正文", "公开链接（选填，已经登在哪里）", "角度（选填）", "附件（选填）",
    ]  # fmt: skip
    begun = office.client.post("/my/experience")
    assert (begun.status_code, begun.location) == (303, office.path)
    assert office.session.scalars(select(Experience)).all() == [], "nothing is made by looking"


def test_an_article_is_kept_handed_in_returned_mended_and_adopted(office: Office) -> None:
    kept = office.post("save", written=Written(WORDS.title, "写到一半"))
    assert (kept.status_code, kept.location) == (303, office.path)
    assert "写到一半" in office.page(office.path).xpath("string(//textarea[@name='body'])")
    assert "有草稿" in office.page("/my/experience").text_content()

    done = office.post("submit", angle="public")
    assert (done.status_code, done.location) == (303, "/my/experience")
    assert "已报送，两周一经验第39周完成。截止前还能修改。" in office.page("/my/experience").text_content()
    row = office.article()
    assert (row.state, office.owed().state) == ("submitted", "submitted")

    office.at(office.clerk)
    board = office.page(f"/reporting/{row.plan_id}/board?cadence=biweekly")
    assert WORDS.title in board.xpath("//section[@aria-labelledby='waiting']//tbody/tr")[0].text_content()
    to_article = office.client.get(f"/reporting/obligations/{office.owed_id}")
    assert to_article.location == f"/experience/{row.id}"
    page = office.page(to_article.location)
    assert "服务群众" in page.text_content()
    assert office.step("return", words="").status_code == 422
    back = office.step("return", words="请补上数据")
    assert (back.status_code, back.location) == (303, f"/experience/{row.id}")
    assert (office.article().state, office.owed().state) == ("returned", "returned")

    office.at(office.contact)
    assert "请补上数据" in office.page("/my").text_content()
    mending = office.page(office.path)
    assert "请补上数据" in mending.xpath("string(//div[contains(@class,'note red')])")
    assert mending.xpath("string(//textarea[@name='body'])").strip() == WORDS.body
    office.post("submit", written=Written(WORDS.title, f"{WORDS.body}\n三、数据。满意率98%。"))

    office.at(office.clerk)
    page = office.page(f"/experience/{row.id}")
    assert page.xpath("//article//ins[contains(., '满意率98%')]")
    assert office.page(f"/experience/{row.id}?version=1").xpath("//div[contains(., '请补上数据')]")
    assert office.step("adopt").status_code == 303
    assert (office.article().state, office.owed().state) == ("adopted", "accepted")


def test_who_reviews_sees_what_was_mended_and_who_reads_later_the_text(office: Office) -> None:
    office.post("submit")
    office.post("submit", written=Written(f"{WORDS.title}（改）", f"{WORDS.body}\n三、数据。满意率98%。"))
    office.at(office.clerk)
    path = f"/experience/{office.article().id}"

    def marked(address: str) -> tuple[list[str], list[str]]:
        page = office.page(address)
        links = page.xpath("//article/p[@class='legend']/a")
        return page.xpath("//article//*[self::h2 or contains(@class, 'words')]//ins/text()"), [
            f"{link.text} {link.get('href').partition('?')[2]}" for link in links
        ]

    new = ["（改）", "\n三、数据。满意率98%。"]
    assert marked(path) == (new, ["只看这一稿 compare=0"])
    assert marked(f"{path}?compare=0") == ([], ["对照上一稿 compare=1"])
    assert marked(f"{path}?version=1&compare=1") == ([], [])
    office.step("adopt")
    assert marked(path) == ([], ["对照上一稿 compare=1"])
    assert marked(f"{path}?compare=1") == (new, ["只看这一稿 compare=0"])


def test_each_further_step_says_what_it_needs_and_where_the_article_is(office: Office) -> None:
    office.post("submit")
    office.at(office.clerk)
    office.step("adopt")

    refused = office.step("show", url="qingxi", on="2026-09-24")
    assert refused.status_code == 422
    shown = html.document_fromstring(refused.get_data(as_text=True))
    assert shown.xpath("//details[@open]//input[@name='url']/@value") == ["qingxi"]
    assert office.step("show", url=LINK, on="2026-09-25").status_code == 422, "a day to come"
    office.step("show", url=LINK, on="2026-09-24")
    office.step("send-up", on="2026-09-24")
    office.step("take-up", words="省政务公开简报第6期", on="2026-09-24")

    row = office.article()
    facts = office.page(f"/experience/{row.id}").xpath("//section[@aria-labelledby='way-title']//dd")
    assert [each.text_content().strip().split("）")[-1] for each in facts][1:] == [
        LINK,
        "",
        "省政务公开简报第6期",
    ]
    history = office.page(f"/experience/{row.id}").xpath("//ol[@class='history']/li")
    assert len(history) == 5, "one event each: 报送、采用、展示、报省、省采用"


def test_the_slower_of_two_is_told_and_keeps_what_was_typed(office: Office) -> None:
    office.post("submit")
    office.at(office.clerk)
    seen = office.article().version
    office.step("adopt")

    slower = office.step("return", words="请再精简一些", version=seen)

    assert slower.status_code == 409
    assert "请再精简一些" in slower.get_data(as_text=True)
    assert office.article().state == "adopted"


def test_the_board_decides_the_article_too(office: Office) -> None:
    office.post("submit")
    office.at(office.clerk)
    version = office.owed().version
    office.client.post(
        f"/reporting/obligations/{office.owed_id}/send-back", data={"version": version, "reason": "请改"}
    )
    assert (office.article().state, office.owed().state) == ("returned", "returned")
    office.at(office.contact)
    office.post("submit")
    office.at(office.clerk)
    plan = f"/reporting/{office.article().plan_id}"
    several = office.page(f"{plan}/board?cadence=biweekly").xpath(f"//form[@action='{plan}/accept']")[0]
    assert several.xpath("string(button)") == "收下无异常的 1 篇，不采用"
    seen = several.xpath("string(input[@name='seen']/@value)")
    assert seen == f"{office.owed_id}.{office.owed().version}"
    done = office.client.post(f"{plan}/accept", data={"seen": seen, "cadence": "biweekly"})
    assert (office.article().state, office.owed().state) == ("kept", "accepted")
    assert "已通过1件。其中经验材料1篇已收下，没有采用" in office.page(done.location).text_content()


def test_two_windows_on_a_free_article_show_each_other_the_angle_too(office: Office) -> None:
    office.post("submit")
    begun = office.client.post("/my/experience").location
    token = str(office.page(begun).xpath("//input[@name='token']/@value")[0])
    office.post("save", begun, token=token, angle="business")

    other = office.post("save", begun, token=token, angle="public")

    assert other.status_code == 409
    page: Any = html.document_fromstring(other.get_data(as_text=True))
    assert "也在写这一篇" in page.xpath("string(//div[@role='alert'])")
    assert [each.text_content() for each in page.xpath("//p[@class='other']")] == ["另一处已存：服务企业"]


def test_the_same_words_handed_in_twice_are_one_version(office: Office) -> None:
    office.post("submit", angle="public")
    again = office.post("submit", angle="public")
    assert again.status_code == 303
    assert "内容和第1稿一样，不用再报。" in office.page(again.location).text_content()
    assert office.article().number == 1

    office.post("submit")  # without the angle it is another version
    assert office.article().number == 2


def test_an_adoption_taken_back_is_called_so(office: Office) -> None:
    office.post("submit")
    office.at(office.clerk)
    office.step("adopt")
    back = office.step("keep", words="数字有误")
    page = office.page(back.location)
    assert "已收下，没有采用；理由单位能看到。" in page.text_content()
    said = page.xpath("string(//ol[@class='history']/li[1])")
    assert "第1稿撤回采用：数字有误" in said
    assert office.owed().state == "accepted"


def test_two_tabs_are_told_apart(office: Office) -> None:
    token = str(office.page(office.path).xpath("//input[@name='token']/@value")[0])
    saved = office.client.post(f"{office.path}/draft", data={"token": token, "title": "一", "body": "二"})
    assert saved.get_json()["token"] == "1.1"

    other = office.post("save", token=token, written=Written("另一个题目", "另一段话"))

    assert other.status_code == 409
    text = other.get_data(as_text=True)
    assert "另一段话" in text
    assert "另一处已存：" in text


def test_what_is_missing_is_named_and_the_draft_is_kept(office: Office) -> None:
    answer = office.post("submit", written=Written("", "只有正文", "no link"))
    assert (answer.status_code, answer.location) == (303, f"{office.path}?mend=submit")

    page = office.page(answer.location)

    assert [each.text for each in page.xpath("//ul[@class='mends']//a")] == [
        "题目：请填写题目。",
        "公开链接：链接要以 http:// 或 https:// 开头，请从浏览器的地址栏复制。",
    ]
    assert page.xpath("//input[@id='title']/@aria-describedby") == ["title-error"]
    too_long = office.post("save", written=Written("题" * 101, "文"))
    assert too_long.status_code == 422
    assert "题" * 101 in too_long.get_data(as_text=True)


def test_a_file_goes_with_the_text_and_is_only_handed_out_to_be_saved(office: Office) -> None:
    pdf = (BytesIO(b"%PDF-1.7 enough"), "经验.pdf")
    wrong = office.post("submit", file=(BytesIO(b"MZ"), "a.exe"))
    assert wrong.status_code == 422
    again = html.document_fromstring(wrong.get_data(as_text=True))
    assert WORDS.body in str(again.xpath("string(//textarea[@name='body'])"))
    office.post("submit", file=pdf)
    version = office.session.scalars(select(ExperienceVersion)).one()
    address = f"/experience/files/{version.id}"
    with office.client.get(address) as own:
        assert (own.data, own.mimetype) == (b"%PDF-1.7 enough", "application/octet-stream")
        assert own.headers["Content-Disposition"].startswith("attachment")
    assert office.at(office.other).get(address).status_code == 404
    office.at(office.clerk)
    office.step("adopt")
    with office.at(office.other).get(address) as theirs:
        assert theirs.status_code == 200
    office.at(office.contact)


def test_other_units_read_what_was_adopted_and_nothing_else(office: Office) -> None:
    office.post("submit")
    row = office.article()
    address = f"/experience/{row.id}"
    assert office.at(office.other).get(address).status_code == 404
    assert office.at(office.leader).get(address).status_code == 200
    assert office.at(office.leader).post(f"{address}/adopt", data={"version": row.version}).status_code == 403
    office.at(office.clerk)
    office.step("return", words="内部意见：请改")
    office.at(office.contact)
    office.post("submit")
    office.at(office.clerk)
    office.step("adopt")

    office.at(office.other)
    page = office.page(address)

    assert WORDS.body.split("\n")[0] in page.text_content()
    assert "内部意见" not in page.text_content()
    assert not page.xpath("//form[contains(@action, '/experience/')]")
    assert office.client.get(f"{address}?version=1").status_code == 404
    assert WORDS.title in office.page("/experience").text_content()
    assert office.client.get(office.path).status_code == 404


def test_a_number_opens_its_list(office: Office) -> None:
    office.post("submit")
    office.at(office.clerk)
    office.step("adopt")
    office.step("show", url=LINK, on="2026-09-24")

    for link in office.page("/experience").xpath("//nav[@class='parts']/a"):
        number = int(link.xpath("string(b)"))
        rows = office.page(str(link.get("href"))).xpath("//table/tbody/tr")
        assert len(rows) == number, link.text_content()
    found = office.page("/experience?part=shown").xpath("//nav[@class='parts']/a/b/text()")
    assert found == ["1", "0", "0", "0", "1", "1", "0", "0"]
    row = office.article()
    assert len(office.page(f"/experience?unit={row.unit_id}&plan={row.plan_id}").xpath("//tbody/tr")) == 1
    assert not office.page(f"/experience?unit={office.city.health.id}").xpath("//tbody/tr")
    assert office.client.get("/experience?part=nonsense").status_code == 404


def test_what_resembles_an_earlier_one_is_shown_side_by_side(office: Office, clock: SettableClock) -> None:
    office.post("submit")
    office.at(office.clerk)
    office.step("adopt")
    clock.set(articles.NOW + timedelta(days=20))
    office.at(office.other)
    begun = office.client.post("/my/experience")
    copied = Written("窗口前移", f"我们的做法。{WORDS.body}另外还办了讲座。")
    done = office.post("submit", begun.location, written=copied)
    assert done.status_code == 303
    assert "市教育局的《专区搬到家门口》相同" in office.page("/my/experience").text_content()

    office.at(office.clerk)
    page = office.page(f"/experience/{office.article().id}")

    (sides,) = page.xpath("//div[@class='sides']")
    ours, theirs = sides.xpath(".//div[@class='words']")
    assert WORDS.body.split("\n")[0][:10] in ours.xpath("string(mark)")
    assert "另外还办了讲座" not in "".join(ours.xpath("mark/text()"))
    assert theirs.text_content() == WORDS.body
    assert "本单位" not in page.xpath("string(//section[@aria-labelledby='alike-title']//summary)")


def test_a_free_draft_is_written_at_its_own_address_and_given_up(office: Office) -> None:
    office.post("submit")
    begun = office.client.post("/my/experience")
    assert begun.location.startswith("/my/experience/")
    assert office.client.post("/my/experience").location == begun.location

    saved = office.client.post(f"{begun.location}/draft", data={"token": "1.0", "title": "另写一篇"})
    assert saved.get_json()["token"] == "1.1"
    assert "另写一篇" in office.page("/my/experience").text_content()
    gone = office.client.post(f"{begun.location}/discard", data={"token": "1.1"})
    assert gone.location == "/my/experience"
    assert office.client.get(begun.location).status_code == 404


def test_what_answers_no_period_still_comes_before_office_and_unit(office: Office) -> None:
    office.post("submit")
    begun = office.client.post("/my/experience")
    office.post("submit", begun.location, written=Written("另写一篇", "多做了一件事。"))
    office.at(office.clerk)
    assert "经验材料待审 2 篇" in office.page("/desk").text_content()
    office.step("return", words="请写具体")

    office.at(office.contact)

    (line,) = office.page("/my").xpath("//section[@aria-labelledby='returned-articles']//li")
    assert "另写一篇" in line.text_content()
    assert line.xpath(".//a/@href") == [begun.location]
    assert "请写具体" in office.page(begun.location).text_content()


def test_the_collection_holds_what_was_adopted(office: Office) -> None:
    assert office.at(office.clerk).get("/experience/compilation.docx").status_code == 404
    office.at(office.contact)
    office.post("submit")
    office.at(office.clerk)
    office.step("adopt")
    office.step("show", url=LINK, on="2026-09-24")
    row = office.article()

    with office.client.get(f"/experience/compilation.docx?plan={row.plan_id}") as answer:
        told = [each.text for each in Document(BytesIO(answer.data)).paragraphs if each.text]

    assert told[0] == "经验材料汇编"
    assert told[1].startswith("收录青溪市2026年政务公开工作要点已采用的经验材料1篇，")
    assert told[2:] == [
        "1．专区搬到家门口（市教育局）",
        "专区搬到家门口",
        "市教育局",
        *WORDS.body.split("\n"),
        "展示：2026年9月24日",
        LINK,
    ]


def test_the_collection_is_set_in_the_offices_template(office: Office) -> None:
    office.at(office.contact)
    office.post("submit")
    office.at(office.clerk)
    office.step("adopt")
    document, kept = Document(), BytesIO()
    for line in ("简报", "{{标题}}", "{{#文章}}", "{{序号}}．{{篇名}}（{{单位}}）", "{{/文章}}"):
        document.add_paragraph(line)
    document.save(kept)
    sent = office.client.post("/documents/templates/experience", data={"file": (BytesIO(kept.getvalue()), "汇编.docx")})
    assert sent.status_code == 303

    with office.client.get("/experience/compilation.docx") as answer:
        told = [each.text for each in Document(BytesIO(answer.data)).paragraphs]

    assert told == ["简报", "经验材料汇编", "1．专区搬到家门口（市教育局）"]
