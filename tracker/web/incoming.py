"""What a browser sends, made fit to keep before anybody reads it.

Text that was copied out of a document may hold characters that nobody sees: PostgreSQL refuses a NUL, a
spreadsheet every other control character; marks that turn the direction of writing make a name read as
another one, and a reason of nothing but blanks without width says nothing. They go here, once for all forms
and searches, whether a form class reads the fields or a view does.
"""

from __future__ import annotations

import re

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

# Word writes a line break inside a paragraph as a vertical tab, a page break as a form feed.
_LINE_END = re.compile(r"\r\n?|[\v\f]")
# C0 but tab and line feed, DEL, and halves of surrogate pairs, which UTF-8 cannot write.
# So do marks of direction and blanks without width; the joiners stay, for emoji are made with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff"
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


def fit(text: str) -> str:
    r"""A text without what nobody sees, its lines ended by `\n` alone, so that texts compare equal."""
    return _UNSEEN.sub("", _LINE_END.sub("\n", text))


class FitRequest(Request):
    """A request whose form and query hold only text that can be kept."""

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        super()._load_form_data()
        self.__dict__["form"] = _fit_all(self.form)

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query of the address."""
        return _fit_all(super().args)


def _fit_all(fields: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(fit(name), fit(text)) for name, text in fields.items(multi=True)])
