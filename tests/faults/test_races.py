"""Several processes at one firm's books at once: the sums stay right, nothing twice, no number missing."""

import pytest


@pytest.fixture
def two_owe(place):
    place.do("owed", 2)
    return place


def sound(now) -> None:
    """Every cent received is put or left, nothing is owed below nothing, and the checks are green."""
    assert now["received"] == now["put"] + now["left"]
    assert min(now["owed"].values()) >= 0
    assert sum(now["owed"].values()) == 240_000 - now["put"]
    assert now["red"] == []


def test_the_same_payment_key_by_eight_at_once_is_one_payment(two_owe):
    said = two_owe.at_once(*[["pay", "k", 120_000, "F-C0000", 120_000]] * 8)
    assert len(set(said)) == 1
    now = two_owe.do("tell")
    assert (now["payments"], now["owed"]) == (1, {"F-C0000": 0, "F-C0001": 120_000})
    sound(now)


def test_the_same_key_without_an_invoice_too(two_owe):
    said = two_owe.at_once(*[["pay", "k", 50_000, "F-C0000", 0]] * 8)
    assert len(set(said)) == 1
    sound(two_owe.do("tell"))


def test_of_eight_payments_in_full_one_is_put_and_the_others_are_refused(two_owe):
    said = two_owe.at_once(*[["pay", f"k{n}", 120_000, "F-C0000", 120_000] for n in range(8)])
    assert sum(isinstance(answer, int) for answer in said) == 1
    now = two_owe.do("tell")
    assert now["received"] == 120_000
    sound(now)


def test_money_put_while_its_payment_is_taken_back_is_put_or_refused_never_lost(two_owe):
    for n in range(6):
        key = f"k{n}"
        two_owe.do("pay", key, 10_000, "F-C0000", 0)
        two_owe.at_once(["put_surplus", key, "F-C0000", 10_000], ["take_back", key], ["take_back", key])
    now = two_owe.do("tell")
    assert (now["received"], now["put"], now["left"]) == (0, 0, 0)
    sound(now)


def test_a_storm_of_payments_reversals_holds_and_planners_keeps_the_sums(two_owe):
    """Eight processes, twenty-five deeds each, on the same two invoices."""
    said = two_owe.at_once(*[["storm", seed, 25] for seed in range(8)])
    assert sum(answer["done"] + answer["refused"] for answer in said) == 200
    assert sum(answer["done"] for answer in said) > 50
    sound(two_owe.do("tell"))


def test_eight_planners_at_once_plan_what_one_would(place):
    place.do("owed", 60)
    said = place.at_once(*[["plan"]] * 8)
    assert sum(said) == 60
    now = place.do("tell")
    assert len(now["messages"]) == 60
    assert now["red"] == []


def test_a_hold_lifted_while_planners_are_at_work_is_heard(place):
    """Whoever was left in peace is looked at again: nobody sleeps for ever because two deeds crossed."""
    place.do("owed", 30)
    place.at_once(*[["hold_and_release", n] for n in range(0, 30, 5)], *[["plan"]] * 3)
    place.do("plan")
    now = place.do("tell")
    assert len(set(now["messages"])) == 30
    assert now["red"] == []


def test_numbers_under_eight_processes_have_no_gap_and_no_twin(place):
    said = place.at_once(*[["numbers", seed, 40] for seed in range(8)])
    taken = sorted(number for numbers in said for number in numbers)
    assert taken == list(range(1, 8 * 32 + 1))


@pytest.mark.parametrize(
    ("verb", "table"),
    [
        ("bring_invoices", "Client;Facture;Date;Échéance;Montant TTC\n"
         + "".join(f"Neuf {n} SARL;N-{n};01/10/2026;31/10/2026;500,00\n" for n in range(50))),
        ("bring_statement", "Date;Libelle;Montant\n"
         + "".join(f"20/11/2026;VIR NEUF {n};{n + 1},00\n" for n in range(50))),
    ],
)  # fmt: skip
def test_the_same_file_by_four_at_once_is_imported_once(place, verb, table):
    path = place.folder / "file.csv"
    path.write_text(table)
    said = place.at_once(*[[verb, str(path)]] * 4)
    assert sum(answer for answer in said if isinstance(answer, int)) == 50, said
    assert place.do("tell")["red"] == []


@pytest.mark.parametrize("accepted", [0, 3, 9])
def test_what_is_paid_by_another_process_during_a_run_is_not_asked_for_after(place, ledger, accepted):
    """Payments booked while a run is on its way stop every reminder that had not begun to leave."""
    place.do("owed", 20)
    pids = place.start(["work", ledger.port], ["pay_when", str(ledger.log), accepted, 20])
    assert place.wait() == [0, 0], pids
    now = place.do("tell")
    booked = place.said(pids[1])
    assert booked
    for reference, (before, after) in booked.items():
        # Sent: it had begun to leave when the payment was booked. Never begun: never sent.
        assert now["about"].get(reference, "cancelled") == ("sent" if after in ("sent", "sending") else "cancelled")
        assert before in ("planned", "claimed", "sending", "sent", "none")
    assert now["red"] == []
