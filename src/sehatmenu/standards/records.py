"""Records: rules that only a record can show, such as hours from cooking to eating; checked, never planned for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from sehatmenu.documents import Model, Refused, reject
from sehatmenu.errors import UnitError
from sehatmenu.messages import Text
from sehatmenu.quantities.intervals import IntervalArray
from sehatmenu.quantities.units import Quantity, read_quantity
from sehatmenu.standards.limits import Context, Limit, RuleBase
from sehatmenu.standards.rows import Form, Rows
from sehatmenu.standards.windows import Windows

RECORDED = ("minute", "hour", "day", "degC", "times")
"""The units in which a record is kept."""

_DONE = {"yes": 1.0, "ya": 1.0, "no": 0.0, "tidak": 0.0}


class Record(Model):
    """What is written down: the time from one event to another, or anything else by its name."""

    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    measure: str | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        given = {key for key in ("from_", "to", "measure") if getattr(self, key)}
        if given not in ({"from_", "to"}, {"measure"}):
            raise reject("record-what")
        return self

    @property
    def key(self) -> str:
        """The word under which it is handed in: `cooked-to-eaten`, `hot-holding`."""
        return self.measure or f"{self.from_}-to-{self.to}"

    @property
    def name(self) -> Text:
        """What to write down, in both languages."""
        if self.measure:
            return Text(self.measure, self.measure)
        return Text(f"dari {self.from_} sampai {self.to}", f"from {self.from_} to {self.to}")


class AttestRule(RuleBase):
    """What no menu shows and somebody has to attest: a time, a temperature, a count, or simply that it was done.

    ```yaml
    - {id: cooked-to-eaten, kind: attest, record: {from: cooked, to: eaten}, limits: [{max: 4 hours, source: s}]}
    - {id: hot, kind: attest, record: {measure: hot-holding}, limits: [{min: 65.5 degC, source: s}]}
    - {id: water, kind: attest, record: {measure: water}, limits: [{source: s}]}
    ```
    Limits are in minutes, hours, days, degC or times; without any the record must be `yes` (or `ya`). Without a record
    the verdict is unknown. `check(..., records={"cooked-to-eaten": "150 minutes", "water": "yes"})`: a record is
    handed in by the id of a rule, or by what is recorded, and then serves every rule on it.
    """

    bounded: ClassVar[bool] = False
    evidence: ClassVar[bool] = True
    kind: Literal["attest"]
    record: Record

    def unit(self) -> str:
        """The unit of the first bound; empty where the record is a plain yes or no."""
        texts = (text for limit in self.limits for text in (limit.min, limit.max) if text is not None)
        return next((Quantity.read(text).unit for text in texts), "")

    def rows(self, context: Context, limit: Limit) -> Rows:
        """The bounds over no windows at all: nothing that is served decides."""
        nothing = Windows.none(len(context.horizon.occasions))
        low, high = limit.bounds(self.unit()) if self.unit() else (1.0, math.inf)
        some = IntervalArray.zeros(len(context.catalogue))
        return Rows(Form.total, nothing, low, high, self.unit(), some, strict=limit.strict)

    def read(self, text: str) -> float:
        """A record as a number in the rule's unit, 1 for yes and 0 for no; raises UnitError."""
        if self.unit():
            return read_quantity(text, self.unit())
        if text.casefold() not in _DONE:
            raise UnitError("record-yes-no", text=text)
        return _DONE[text.casefold()]

    def recorded(self, records: Mapping[str, str]) -> str | None:
        """What was written down for this rule, if anything."""
        return records.get(self.id, records.get(self.record.key))

    def problems(self) -> list[Refused]:
        found = super().problems()
        if found or not self.unit():
            return found
        if self.unit() not in RECORDED:
            return [Refused(("limits", 0), "record-unit", {"unit": self.unit(), "choices": list(RECORDED)})]
        bare = [j for j, limit in enumerate(self.limits) if limit.min is None and limit.max is None]
        return [Refused(("limits", j), "limit-unbounded", {"rule": self.id}) for j in bare]


def record_problems(rules: Iterable[RuleBase], records: Mapping[str, str]) -> list[Refused]:
    """Records that no rule asks for, and records that cannot be read, each at its word."""
    keepers = [rule for rule in rules if isinstance(rule, AttestRule)]
    found = []
    for word, text in records.items():
        asking = [rule for rule in keepers if word in (rule.id, rule.record.key)]
        if not asking:
            known = sorted({key for rule in keepers for key in (rule.id, rule.record.key)})
            found.append(Refused((word,), "record-unknown", {"rule": word, "known": known}))
        found += [refused for rule in asking if (refused := _unreadable(rule, word, text))][:1]
    return found


def _unreadable(rule: AttestRule, word: str, text: str) -> Refused | None:
    try:
        rule.read(text)
    except UnitError as error:
        return Refused((word,), error.code, error.values)
    return None
