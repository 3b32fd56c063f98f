"""One line of the bank decided: the proposal accepted, another invoice chosen, split, left as credit, or set aside."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from acquit.bank import actions, queries
from acquit.bank.actions.deciding import ASIDE, BY_HAND, REMEMBERED
from acquit.bank.models import Match, StatementLine
from acquit.parties.facts import Author
from acquit.parties.models import Customer, Firm, Role
from acquit.parties.queries import customers
from acquit.receivables.models import Payment, Standing
from acquit.receivables.queries import open_standings
from acquit.rules.money import parse_amount
from acquit.rules.recognition import bare_name
from acquit.rules.references import reference_key
from acquit.rules.refusal import Reason, Refused
from acquit.rules.spelling import money, plain_amount
from acquit.web.access import author_of, member
from acquit.web.bank import GRADES, mark, place_of, shown
from acquit.web.effects import spelled
from acquit.web.office import cancelled, done, numbers, refusals_told
from acquit.web.words import Chip

CHOICES_MAX = 50
UNDO_MAX = 100
_CHANGED = gettext_noop("La proposition a changé entre-temps : regardez-la à nouveau.")
_GRADES = GRADES | {
    BY_HAND: (gettext_noop("à la main"), "person", "draft"),
    ASIDE: (gettext_noop("mis de côté"), "close", "closed"),
    REMEMBERED: (gettext_noop("mis de côté, payeur retenu"), "close", "closed"),
}


@member(Role.MANAGER, "POST")
def bank_certain(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Apply every certain proposal at once."""
    by = author_of(request, firm)
    payments = actions.match_certain(firm, by)
    if payments:
        matches = Match.objects.filter(payment__in=payments[:UNDO_MAX]).values_list("pk", flat=True)
        undo = _undo_of(firm, matches) if len(payments) <= UNDO_MAX else ""
        done(request, _said(firm, payments, by), undo)
    else:
        messages.warning(request, _("Aucune ligne certaine n’attend plus."))
    return redirect("web:bank", firm.slug)


@member(Role.MANAGER, "POST")
def bank_apply(request: HttpRequest, firm: Firm, line: int) -> HttpResponse:
    """Accept the proposal as it was seen; if facts changed it meanwhile, it is shown again instead."""
    found = _line(firm, line)
    by = author_of(request, firm)
    seen = _shares(request.POST.get("shares", ""))
    with refusals_told(request):
        proposed = queries.proposals(firm, [found])
        now = proposed[0].proposal if proposed else None
        if now is None or tuple(now.shares) != tuple(seen) or not seen:
            raise Refused(Reason(_CHANGED))
        payer = Customer.objects.filter(pk=proposed[0].customer).first() if proposed[0].customer else None
        payment = actions.apply(
            firm, found, seen, by, customer=payer, confidence=now.confidence, reasons=now.reasons
        )  # fmt: skip
        done(request, _said(firm, [payment], by), _undo_of(firm, [payment.match.pk]))
    return redirect("web:bank", firm.slug)


@member(Role.READER, "GET", "POST")
def bank_line(request: HttpRequest, firm: Firm, line: int) -> HttpResponse:
    """Choose what a line pays: one invoice, several with their shares, or nothing yet but a customer's credit."""
    found = _line(firm, line)
    if request.method == "POST":
        return _choose(request, firm, found)
    asked = request.GET.get("q", "").strip()[:80]
    proposed = shown(queries.proposals(firm, [found]))
    row = proposed[0] if proposed else None
    page = {
        "nav": "bank",
        "line": found,
        "row": row,
        "asked": asked,
        "decided": queries.live_match(found),
        "candidates": [
            (standing, plain_amount(cents, found.currency) if cents and not asked else "")
            for standing, cents in _candidates(firm, found, asked)
        ],
        "people": _people(firm, found, asked),
    }
    return render(request, "web/bank_line.html", page)


def _candidates(firm: Firm, line: StatementLine, asked: str) -> list[tuple[Standing, int]]:
    """Open invoices to choose from with the share proposed for each: what was searched, or the likeliest ones."""
    rows = open_standings(firm).filter(currency=line.currency)
    if asked:
        found = rows.filter(_searched(asked, line.currency)).order_by("due_on", "pk")
        return [(row, min(row.owed, line.amount)) for row in found[:CHOICES_MAX]]
    proposals = queries.proposals(firm, [line])
    if not proposals:
        return []
    proposal, customer = proposals[0].proposal, proposals[0].customer
    shares = dict(proposal.shares)
    likely = Q(pk__in=[*shares, *proposal.suggestions]) | Q(owed=line.amount)
    if customer:
        likely |= Q(customer=customer)
    found = rows.filter(likely).order_by("due_on", "pk")[:CHOICES_MAX]
    return sorted(((row, shares.get(row.pk, 0)) for row in found), key=lambda pair: pair[1] == 0)


def _searched(asked: str, currency: str) -> Q:
    """A reference, a customer's name or an amount."""
    found = Q(customer__name__icontains=asked)
    if key := reference_key(asked):
        found |= Q(reference_key__contains=key)
    if name := bare_name(asked):
        found |= Q(customer__name_key__contains=name)
    try:
        found |= Q(owed=parse_amount(asked, currency=currency, decimal="," if "," in asked else None))
    except Refused:
        return found
    return found


def _people(firm: Firm, line: StatementLine, asked: str) -> QuerySet[Customer]:
    """Customers whose credit the money may stay."""
    name = bare_name(asked or line.name) or asked
    if not name:
        return customers(firm).none()
    return customers(firm).filter(Q(name__icontains=asked or name) | Q(name_key__contains=name)).order_by("name")[:10]


def _choose(request: HttpRequest, firm: Firm, line: StatementLine) -> HttpResponse:
    if not request.member.may(Role.MANAGER):  # type: ignore[attr-defined]
        return HttpResponse(status=403)
    by = author_of(request, firm)
    here = redirect("web:bank_line", firm.slug, line.pk)
    with refusals_told(request):
        payer = _payer(firm, request.POST.get("credit", ""))
        shares = () if payer else _chosen(firm, line, request.POST)
        payment = actions.apply(firm, line, shares, by, customer=payer or _first_owner(shares))
        done(request, _said(firm, [payment], by), _undo_of(firm, [payment.match.pk]))
        return redirect("web:bank", firm.slug)
    return here


def _payer(firm: Firm, text: str) -> Customer | None:
    """The customer named on the form; 404 for one that is not ours."""
    return get_object_or_404(customers(firm), pk=int(text)) if text.isdecimal() else None


def _chosen(firm: Firm, line: StatementLine, sent: QueryDict) -> Sequence[tuple[int, int]]:
    """Shares of the form: all on one invoice (`only`), or the sums typed beside each."""
    if only := numbers(sent.getlist("only")[:1]):
        standing = get_object_or_404(open_standings(firm), pk=only[0])
        return ((standing.pk, min(standing.owed, line.amount)),)
    typed = {key[2:]: sent.get(key, "").strip() for key in sent if key.startswith("r:")}
    typed = {key: text for key, text in typed.items() if text}
    ids = numbers(list(typed))
    known = set(open_standings(firm).filter(pk__in=ids).values_list("pk", flat=True))
    found = [(pk, _cents(typed[str(pk)], line.currency)) for pk in ids if pk in known]
    return tuple((pk, cents) for pk, cents in found if cents)


def _cents(text: str, currency: str) -> int:
    return parse_amount(text, currency=currency, decimal="," if "," in text else None)


def _first_owner(shares: Sequence[tuple[int, int]]) -> Customer | None:
    """Who paid, where the invoices are several customers': the one with the first of them."""
    first = Standing.objects.filter(pk=shares[0][0]).select_related("customer").first() if shares else None
    return first.customer if first else None


@member(Role.MANAGER, "POST")
def bank_aside(request: HttpRequest, firm: Firm, line: int) -> HttpResponse:
    """This line is no customer's payment; with `remember`, nor is what this payer sends later."""
    found = _line(firm, line)
    with refusals_told(request):
        match = actions.set_aside(firm, found, author_of(request, firm), remember="remember" in request.POST)
        done(request, _("Ligne mise de côté : ce n’est pas un client."), _undo_of(firm, [match.pk]))
    return redirect("web:bank", firm.slug)


@member(Role.MANAGER, "POST")
def bank_undo(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Take decisions back: what they settled is owed again, and the reminders may come back."""
    ids = numbers(request.GET.get("m", "").split(","))[:UNDO_MAX]
    matches = list(Match.objects.filter(firm=firm, pk__in=ids).select_related("payment", "line").order_by("pk"))
    by, count = author_of(request, firm), 0
    for match in matches:
        with refusals_told(request):
            actions.undo_match(firm, match, by)
            count += 1
    if count:
        text = ngettext("%(n)s rapprochement annulé : la ligne attend de nouveau.",
                        "%(n)s rapprochements annulés : les lignes attendent de nouveau.", count)  # fmt: skip
        done(request, text % {"n": count})
    return redirect("web:bank_history" if request.GET.get("retour") == "historique" else "web:bank", firm.slug)


@member(Role.READER)
def bank_history(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Every line as it was decided, the latest first."""
    lines = queries.lines(firm, after=place_of(request.GET.get("apres", "")), limit=queries.PAGE + 1)
    # `decided` is a list that the query fetched beside each line.
    rows = [(line, [_decided(match) for match in vars(line)["decided"]]) for line in lines[: queries.PAGE]]
    after = f"?apres={mark(lines[queries.PAGE - 1])}" if len(lines) > queries.PAGE else ""
    return render(request, "web/bank_history.html", {"nav": "bank", "rows": rows, "next": after})


def _decided(match: Match) -> dict[str, object]:
    label, icon, css = _GRADES.get(match.confidence, _GRADES[BY_HAND])
    reasons = [spelled(reason) for reason in queries.reasons_of(match)]
    return {"match": match, "grade": Chip(match.confidence, _(label), icon, css), "reasons": reasons}


def _line(firm: Firm, pk: int) -> StatementLine:
    found: StatementLine = get_object_or_404(StatementLine.objects.filter(firm=firm).select_related("account"), pk=pk)
    return found


def _shares(text: str) -> list[tuple[int, int]]:
    """`12:96000,13:4000` as the form sends it; anything else is no share."""
    pairs = [part.split(":") for part in text.split(",") if part.count(":") == 1]
    return [(int(a), int(b)) for a, b in pairs if a.isdecimal() and b.isdecimal() and len(a + b) < 36]


def _undo_of(firm: Firm, matches: Iterable[int]) -> str:
    return f"{reverse('web:bank_undo', args=[firm.slug])}?m={','.join(str(pk) for pk in matches)}"


def _said(firm: Firm, payments: Sequence[Payment], by: Author) -> str:
    """What payments did: settled, partly paid, left over, and the reminders they cancelled."""
    effects = queries.effects(payments)
    told = []
    settled = list(Standing.objects.filter(pk__in=effects.settled[:4]).values_list("reference", flat=True))
    if len(effects.settled) > 3:
        told.append(_("%(n)s factures soldées.") % {"n": len(effects.settled)})
    elif settled:
        one, many = _("%(which)s soldée."), _("%(which)s soldées.")
        told.append((one if len(settled) == 1 else many) % {"which": ", ".join(settled)})
    for row in Standing.objects.filter(pk__in=effects.touched, owed__gt=0)[:3]:
        rest = money(row.owed, row.currency)
        told.append(_("%(which)s : il reste %(rest)s.") % {"which": row.reference, "rest": rest})
    for currency, cents in effects.left.items():
        told.append(_("%(sum)s en crédit client.") % {"sum": money(cents, currency)})
    return " ".join(told) + cancelled(firm, {payment.customer_id for payment in payments}, by)
