"""Forms of 年终结转."""

from __future__ import annotations

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR
from tracker.web.forms.base import Form
from tracker.web.forms.ledger import LARGEST_ID

INCOMPLETE = "页面不完整，请重新打开再试。"
_NEEDED = InputRequired(INCOMPLETE)
_A_YEAR = NumberRange(FIRST_YEAR, LAST_YEAR, INCOMPLETE)
_A_ROW = NumberRange(1, LARGEST_ID, INCOMPLETE)


class RolloverForm(Form):
    """结转一年"""

    year = IntegerField("年份", validators=[_NEEDED, _A_YEAR])


class AdoptForm(RolloverForm):
    """照上年的报送制度启用"""

    plan_id = IntegerField("要点", validators=[_NEEDED, _A_ROW])
    from_plan_id = IntegerField("上年的要点", validators=[_NEEDED, _A_ROW])

    def plans(self) -> dict[str, int]:
        """Which plan takes over the rhythms of which."""
        return {"plan_id": self.plan_id.data or 0, "from_plan_id": self.from_plan_id.data or 0}
