"""Long lists: an order, and pages that start after a row rather than after a count, so that page 2,000 is as fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

PAGE = 50
_BETWEEN = "\x1f"
_Row = TypeVar("_Row", bound=Model)


def typed(params: QueryDict) -> str:
    """What somebody looks for (`?q=`); null bytes are taken out, PostgreSQL refuses them."""
    return params.get("q", "").replace("\x00", "").strip()[:100]


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: `code` as the address says it (with `-` for descending), and the fields behind it."""

    code: str
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.code.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.code.startswith("-")

    @property
    def terms(self) -> list[str]:
        """What `order_by` takes."""
        return [f"-{field}" if self.descending else field for field in self.fields]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a sortable column: the order its link asks for, and how it is sorted now (for aria-sort)."""

    asks: str
    sort: str


@dataclass(frozen=True, slots=True)
class Page(Generic[_Row]):
    """The rows shown, and the addresses of the pages beside them (empty where there is none)."""

    rows: Sequence[_Row]
    previous: str
    next: str
    words: str


def order_of(params: QueryDict, allowed: Mapping[str, tuple[str, ...]], default: str) -> Order:
    """The order the address asks for (`?tri=-echeance`), or the default one."""
    code = params.get("tri", "")
    if code.removeprefix("-") not in allowed:
        code = default
    return Order(code, allowed[code.removeprefix("-")])


def heads(order: Order, allowed: Mapping[str, tuple[str, ...]]) -> dict[str, Head]:
    """For each sortable column: a click sorts upwards, a second one downwards."""
    found = {}
    for name in allowed:
        current = name == order.name
        asks = f"-{name}" if current and not order.descending else name
        found[name] = Head(asks, ("descending" if order.descending else "ascending") if current else "")
    return found


def page_of(rows: QuerySet[_Row], order: Order, params: QueryDict, total: int) -> Page[_Row]:
    """The page that the address names (`?apres=` or `?avant=` a row); the first one when it names none."""
    backwards = "avant" in params
    start = _start(rows.model, order, params.get("avant" if backwards else "apres", ""))
    terms = order.terms
    if start and backwards:
        terms = [term.removeprefix("-") if term.startswith("-") else f"-{term}" for term in terms]
    if start:
        rows = rows.filter(_beyond(terms, start[1]))
    found = list(rows.order_by(*terms)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    rank = start[0] if start else 0
    if start and backwards:
        found.reverse()
        rank = max(0, rank - len(found))
    has_before, has_after = (more, True) if start and backwards else (bool(start), more)
    return Page(
        found,
        _address(params, avant=_mark(found[0], order, rank)) if found and has_before else "",
        _address(params, apres=_mark(found[-1], order, rank + len(found))) if found and has_after else "",
        _words(rank, len(found), total),
    )


def _words(rank: int, shown: int, total: int) -> str:
    if not shown:
        return ""
    return _("%(first)s à %(last)s sur %(total)s") % {"first": rank + 1, "last": rank + shown, "total": total}


def _mark(row: Model, order: Order, rank: int) -> str:
    """A row as the address names it: its rank (for the words only), then its value for each field of the order."""
    values = [str(reduce(getattr, field.split("__"), row)) for field in order.fields]
    return _BETWEEN.join([str(rank), *values])


def _start(model: type[Model], order: Order, mark: str) -> tuple[int, list[Any]] | None:
    """What `_mark` wrote; None for anything else, and then the list starts at its beginning."""
    rank, *texts = mark.split(_BETWEEN)
    if len(texts) != len(order.fields) or not (rank.isascii() and rank.isdigit() and len(rank) < 10):
        return None
    try:
        return int(rank), [_field(model, name).to_python(text) for name, text in zip(order.fields, texts, strict=True)]
    except ValidationError:
        return None


def _field(model: type[Model], path: str) -> Any:
    """The field at the end of a path: `customer__name`, or `pk`."""
    name, _, rest = path.partition("__")
    field: Field[Any, Any] = model._meta.pk if name == "pk" else model._meta.get_field(name)  # type: ignore[assignment]
    target = field.related_model
    if rest and isinstance(target, type) and issubclass(target, Model):
        return _field(target, rest)
    return target._meta.pk if isinstance(target, type) and issubclass(target, Model) else field


def _beyond(terms: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after these values in this order. The bound on the first field is said apart: indexes start there."""
    found = Q()
    equal = Q()
    for term, value in zip(terms, values, strict=True):
        field = term.removeprefix("-")
        further = "lt" if term.startswith("-") else "gt"
        found |= equal & Q(**{f"{field}__{further}": value})
        equal &= Q(**{field: value})
    first = terms[0].removeprefix("-")
    return Q(**{f"{first}__{'lte' if terms[0].startswith('-') else 'gte'}": values[0]}) & found


def _address(params: QueryDict, **changes: str) -> str:
    """The same filters, another page."""
    kept = params.copy()
    for name in ("apres", "avant", "export"):
        kept.pop(name, None)
    for name, value in changes.items():
        kept[name] = value
    return f"?{kept.urlencode()}"
