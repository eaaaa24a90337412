"""The application's commands, on whichever engine the tests run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from importers.drill import running
from importers.drill.mutating import Mutated
from tests import factories
from tests.support.databases import opened
from tracker import cli
from tracker.store import backup, migrating
from tracker.store.tables import SignInFailure


@pytest.fixture
def data(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder over an empty database, at a known moment."""
    monkeypatch.setenv("TRACKER_DATA", str(tmp_path / "数据"))
    monkeypatch.setenv("TRACKER_DATABASE_URL", empty_url)
    monkeypatch.setenv("TRACKER_CLOCK", "2026-09-24T15:00+08:00")
    return tmp_path / "数据"


def test_migrate_makes_a_database_once(
    data: Path, empty_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["migrate"]) == 0
    assert "数据库已就绪" in capsys.readouterr().out
    with opened(empty_url) as engine:
        assert migrating.is_current(engine)

    assert cli.main(["migrate"]) == 0
    assert capsys.readouterr().out == "", "a second start has nothing to say"


def test_an_older_database_is_kept_before_it_is_upgraded(
    data: Path, empty_url: str, engine_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])
    with opened(empty_url) as engine:
        migrating.downgrade(engine, "-1")
    capsys.readouterr()

    assert cli.main(["migrate"]) == 0

    said = capsys.readouterr().out
    with opened(empty_url) as engine:
        assert migrating.is_current(engine)
    if engine_name == "sqlite":
        [copy] = (data / "backups").glob("升级前-20260924-1500*.db")
        assert not backup.is_empty(copy)
        assert str(copy) in said
    else:
        assert "pg_dump" in said


def test_the_first_link_is_shown_until_there_is_an_administrator(
    data: Path, empty_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])
    capsys.readouterr()

    assert cli.main(["first-link"]) == 0
    assert "http://127.0.0.1:8000/password/" in capsys.readouterr().out

    with opened(empty_url) as engine, Session(engine) as session:
        factories.make_account(session, "administrator").password_hash = "set"
        session.commit()
    assert cli.main(["first-link"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param("add-workdays 2026-09-24 1", "2026-09-28 周一", id="中秋节 is not counted"),
        pytest.param("add-workdays 2026-09-24 0", "2026-09-24 周四", id="no workday later is the day itself"),
        pytest.param(
            "workday 2026-10-10", "2026-10-10 周六 工作日（国庆节调休上班）", id="a Saturday that is worked"
        ),
        pytest.param("workday 2026-10-01", "2026-10-01 周四 休息日（国庆节）", id="a holiday"),
        pytest.param("workday 2026-09-27", "2026-09-27 周日 休息日", id="a Sunday"),
    ],
)
def test_the_calendar_answers(
    data: Path, words: str, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])
    capsys.readouterr()

    assert cli.main(["calendar", *words.split()]) == 0
    assert answer in capsys.readouterr().out


def test_the_calendar_answers_before_there_is_a_database(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["calendar", "add-workdays", "2026-09-21", "20"]) == 0
    assert capsys.readouterr().out == "2026-10-26 周一\n"

    assert cli.main(["calendar", "add-workdays", "2026-01-26", "20"]) == 0
    assert capsys.readouterr().out == "2026-02-28 周六\n"


@pytest.mark.parametrize("words", ["first-link", "tick", "unlock zhang", "demo"])
def test_without_a_database_a_command_says_what_to_do_first(
    words: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words.split()) == 1
    assert "manage.py run" in capsys.readouterr().err


def test_the_counting_sheet_says_of_each_day_whether_it_counts_and_why(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])
    capsys.readouterr()

    assert cli.main(["calendar", "add-workdays", "2026-09-24", "2", "--sheet"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "2026-09-25 不计 周五，中秋节",
        "2026-09-26 不计 周六，中秋节",
        "2026-09-27 不计 周日，中秋节",
        "2026-09-28 计1 周一",
        "2026-09-29 计2 周二",
        "2026-09-29 周二",
    ]


def test_a_year_without_a_notice_is_said_to_be_a_guess(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])

    cli.main(["calendar", "workday", "2040-03-01"])

    assert "2040 年放假通知尚未录入，暂按推算" in capsys.readouterr().out


@pytest.mark.parametrize("words", ["drill", "drill backup"])
def test_a_drill_compares_row_for_row(
    data: Path, words: str, engine_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])

    code = cli.main(words.split())

    said = capsys.readouterr().out
    assert (code, "演练通过" in said) == ((0, True) if engine_name == "sqlite" else (1, False))


def test_the_importer_is_drilled_with_damaged_files(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["drill", "importer", "--files", "26", "--seed", "4"])

    said = capsys.readouterr().out
    assert code == 0
    assert "种子 4，共 26 个损坏的文件" in said
    assert "数据库和文件夹都没有变化。" in said
    assert said.rstrip().endswith("演练通过。")


def test_a_refused_file_that_an_upload_would_read_fails_the_drill(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Mutated(3, "要点.txt", "1.梳理现行有效的规范性文件。".encode(), ())
    monkeypatch.setattr(running, "run", lambda *_, **__: running.Account(refused=[whole]))

    code = cli.main(["drill", "importer"])

    said = capsys.readouterr().out
    assert code == 1
    assert "第 3 个（要点.txt）演练里被拒绝，上传时却读了出来。" in said
    assert "第 3 个（要点.txt）被拒绝后，表 import_draft 有了变化。" in said
    assert "被拒绝的文件留在了上传文件夹里。" in said
    assert "演练未通过" in said


def test_a_wrong_setting_stops_every_command_with_a_sentence(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRACKER_SMTP_PORT", "zero")

    assert cli.main(["migrate"]) == 2

    said = capsys.readouterr().err
    assert "smtp_port" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        pytest.param(
            "advance",
            ["2020-W40 2020-09-28至2020-10-04 2020-10-01 周四 2020-09-30 周三 周四（10月1日）放假，截止提前到9月30日",
             "2020-W41 2020-10-05至2020-10-11 2020-10-08 周四 2020-10-09 周五 周四（10月8日）放假，本周此前没有工作日，截止改到10月9日",
             "共27期，要报27期，免报0期。"],
            id="advance",
        ),
        pytest.param(
            "postpone",
            ["2020-W40 2020-09-28至2020-10-04 2020-10-01 周四 并入下一期（10月9日） 周四（10月1日）放假，顺延将与下一期同日截止，本期并入下一期",
             "2020-W41 2020-10-05至2020-10-11 2020-10-08 周四 2020-10-09 周五 周四（10月8日）放假，截止顺延到10月9日",
             "共27期，要报26期，并入下一期1期，免报0期。"],
            id="postpone",
        ),
        pytest.param(
            "waive",
            ["2020-W40 2020-09-28至2020-10-04 2020-10-01 周四 免报 周四（10月1日）放假，本周免报",
             "2020-W41 2020-10-05至2020-10-11 2020-10-08 周四 免报 周四（10月8日）放假，本周免报",
             "共27期，要报25期，免报2期。"],
            id="waive",
        ),
    ],
)  # fmt: skip
def test_the_periods_of_a_rhythm_are_printed(
    data: Path, rule: str, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"calendar periods --weekday thu --from 2020-07-01 --to 2020-12-31 --rule {rule}"

    assert cli.main(words.split()) == 0

    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said[2] == "2020-W27 2020-06-29至2020-07-05 2020-07-02 周四 2020-07-02 周四"
    assert set(lines) <= set(said)


def test_the_periods_of_months_are_printed_too(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "calendar periods --month-day 10 --every 3 --lag 1 --from 2026-07-01 --to 2026-12-31"

    assert cli.main(words.split()) == 0

    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said == [
        "报送：每季度结束后次月10日17:30前，遇节假日提前至前一工作日",
        "期次 起止 规定日 截止日 说明",
        "2026-Q3 2026-07-01至2026-09-30 2026-10-10 周六 2026-10-10 周六",
        "2026-Q4 2026-10-01至2026-12-31 2027-01-10 周日 2027-01-08 周五 周日（1月10日）休息，截止提前到1月8日；暂按推算",
        "共2期，要报2期，免报0期。",
    ]


def test_a_rhythm_that_no_year_has_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "calendar periods --month-day 10 --every 5 --from 2026-07-01 --to 2026-12-31"

    assert cli.main(words.split()) == 1
    assert "没有这样的报送频率" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param("calendar workday gestern", "日期应写成", id="no date"),
        pytest.param("calendar add-workdays 2026-09-24 -1", "天数应是", id="a negative count"),
        pytest.param("calendar add-workdays 2026-09-24 x", "天数应是", id="no count"),
        pytest.param("calendar add-workdays 2026-02-30 1", "日期应写成", id="a day that does not exist"),
        pytest.param("calendar add-workdays 9999-12-30 20", "年份应在2000年到2100年之间", id="no year of ours"),
        pytest.param("calendar add-workdays 2026-09-24 10001", "最多数到 10000 天", id="a count beyond a working life"),
        pytest.param(f"calendar add-workdays 2026-09-24 {'9' * 5000}", "最多数到 10000 天", id="a count that is no number any more"),
        pytest.param("calendar periods --weekday thu --from 0001-01-01 --to 9999-12-31", "年份应在2000年到2100年之间", id="all years there are"),
        pytest.param(f"calendar periods --month-day {'1' * 5000} --from 2026-01-01 --to 2026-02-01", "几号应是 1 到 31", id="no number any more for a day"),
        pytest.param("calendar periods --weekday thu --month-day 3 --from 2026-01-01 --to 2026-02-01", "命令或参数有误", id="two rhythms"),
        pytest.param("calendar periods --weekday tor --from 2026-01-01 --to 2026-02-01", "--weekday 只能写：mon、tue、wed、thu、fri、sat、sun。", id="no weekday"),
        pytest.param("calendar periods --month-day 32 --from 2026-01-01 --to 2026-02-01", "几号应是 1 到 31", id="no day of a month"),
        pytest.param("calendar periods --month-day 3 --lag 12 --from 2026-01-01 --to 2026-02-01", "应是 0 到 11 个月", id="no lag"),
        pytest.param("drill year --seed -1", "应是不多于 9 位的整数", id="a negative seed"),
        pytest.param(f"drill outbox --kills {'9' * 5000}", "应是不多于 9 位的整数", id="more kills than can be counted"),
        pytest.param("drill outbox --kills 0", "至少是 1", id="no kills"),
        pytest.param("dance", "命令或参数有误", id="no command of ours"),
    ],
)
def test_wrong_words_get_a_sentence(words: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(words.split())

    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("drill", ["importer", "outbox", "year"])
def test_the_seed_that_a_drill_tells_can_be_given_to_it_again(drill: str) -> None:
    """Without one it is the day's number since the year 1."""
    seed = date(2026, 11, 22).toordinal()

    assert cli.parser().parse_args(["drill", drill, "--seed", str(seed)]).seed == seed


def test_somebody_who_was_locked_out_is_let_in_again(
    data: Path, empty_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])
    with opened(empty_url) as engine, Session(engine) as session:
        account = factories.make_account(session, username="chenyu")
        session.add_all(SignInFailure(account_id=account.id, address="", at=factories.NOW) for _ in range(5))
        session.commit()
    capsys.readouterr()

    assert cli.main(["unlock", "ChenYu"]) == 0
    assert "现在可以登录" in capsys.readouterr().out
    with opened(empty_url) as engine, Session(engine) as session:
        assert session.scalars(select(SignInFailure)).all() == []

    assert cli.main(["unlock", "nobody"]) == 1
    assert "没有这个用户名" in capsys.readouterr().err
