"""What a person chose on the preview of an import, as the form sends it."""

from dataclasses import replace

from django.http import QueryDict

from acquit.billing.choices import Choices

TERMS_MAX = 365
_CURRENCIES = ("EUR", "CHF", "GBP", "USD")


def choices_of(sent: QueryDict, before: Choices) -> Choices:
    """The choices before with what the form says; what it does not show stays as it was."""
    named = {key[2:]: sent.get(key, "") for key in sent if key.startswith("c:")}
    currency, decimal = sent.get("currency", ""), sent.get("decimal", "-")
    return replace(
        before,
        terms_days=_terms(sent, before),
        currency=currency if currency in _CURRENCIES else before.currency,
        day_first=sent.get("day_first") == "1" if "day_first" in sent else before.day_first,
        decimal=decimal or None if decimal in ("", ",", ".") else before.decimal,
        mappings={**before.mappings, **_mappings(sent)},
        create_probable=frozenset(sent.getlist("make")) if "shown" in sent else before.create_probable,
        customers={**before.customers, **{key: ref for key, ref in named.items() if ref}},
        skip_errors="skip_errors" in sent if "shown" in sent else before.skip_errors,
    )


def _terms(sent: QueryDict, before: Choices) -> int | None:
    """Payment terms in days, asked once for all claims without a due date."""
    text = sent.get("terms", "").strip()
    if "terms" not in sent:
        return before.terms_days
    return int(text) if text.isascii() and text.isdigit() and int(text) <= TERMS_MAX else None


def _mappings(sent: QueryDict) -> dict[str, dict[str, str]]:
    """By table: our field → its column. A field taken from its column is said to have none."""
    found: dict[str, dict[str, str]] = {}
    for signature in sent.getlist("table"):
        columns = sent.getlist(f"column:{signature}")
        fields = sent.getlist(f"field:{signature}")
        chosen = {field: column for column, field in zip(columns, fields, strict=False) if field}
        blank = {field: "" for field in sent.getlist(f"was:{signature}") if field not in chosen}
        found[signature] = blank | chosen
    return found
