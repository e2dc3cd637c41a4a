"""Reading a form that was posted: typed values, or each problem beside its field with what was typed kept.

A view declares the form as a class and asks for what was sent::

    class SignInForm(Form):
        email: Text
        password: Secret

    sent = SignInForm.sent(request)
    if sent.form is None:
        return page(sent)           # status 400, the template shows `sent.problems` and `sent.typed`

A field that the form doesn't have is refused with a 400: someone else wrote that form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import Field

from myproject.language.texts import gettext as _
from myproject.web.params import BadQuery, Problem, Query, shown

#: The names of fields that no form ever gives back.
_NEVER_SHOWN = frozenset({"password", "new_password", "current_password", "confirm_password"})
#: What every form holds, besides its own fields.
_COMMON = frozenset({"csrf_token"})

Secret = Annotated[str, Field(max_length=4096)]
"""A password: taken as it was typed, blanks and all."""

T = TypeVar("T", bound="Form")


@dataclass(slots=True)
class Sent(Generic[T]):
    """What a browser sent, or the empty form before it did."""

    form: T | None = None
    problems: dict[str, Problem] = field(default_factory=dict)
    """Field -> what is wrong with it; the field "" is the form as a whole."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """Field -> what to show in it."""

    def refuse(self, place: str, message: str, remedy: str = "") -> Self:
        """Add a problem that only the domain could see."""
        self.form = None
        self.problems[place] = Problem(place, message, remedy)
        return self


class Form(Query):
    """What a view takes from a posted form: a field per control."""

    @classmethod
    def sent(cls, request: Any) -> Sent[Self]:
        """The values, or the problems by field. Raises `BadQuery` (400) for a field that the form doesn't have."""
        given = {name: _texts(request.POST, name) for name in request.POST if name not in _COMMON}
        typed = {name: texts[-1] for name, texts in given.items() if name not in _NEVER_SHOWN}
        try:
            return Sent(cls.read(_Given(given)), {}, typed)
        except BadQuery as error:
            strange = [problem for problem in error.problems if problem.place not in cls._names]
            if strange:
                raise BadQuery(strange) from None
            return Sent(None, {problem.place: _in_words(problem) for problem in error.problems}, typed)

    @classmethod
    def empty(cls, **values: str) -> Sent[Self]:
        """The form as it is first shown."""
        return Sent(None, {}, values)

    @classmethod
    def _unknown(cls, name: str) -> Problem:
        return no_field(name)


def no_field(name: str) -> Problem:
    """A field was sent that the form doesn't have."""
    place = shown(name)
    message = _("This form has no field “%(name)s”.", name=place)
    return Problem(place, message, _("Go back and use the form on the page."))


def _in_words(problem: Problem) -> Problem:
    """As people read it: “new password” where the field is `new_password`."""
    name = problem.place
    return problem._replace(message=problem.message.replace(name, name.replace("_", " ")))


class _Given(dict[str, Any]):
    """A multi-dictionary of texts, as `Query.read` wants one."""

    def getall(self, name: str) -> list[str]:
        texts: list[str] = self[name]
        return texts


def _texts(form: Any, name: str) -> list[str]:
    # A file in the place of a text is no text.
    return [value if isinstance(value, str) else "" for value in form.getall(name)]
