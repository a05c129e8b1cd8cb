"""Tables of spreadsheets and exchanges become positions; what does not is refused line by line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.market.snapshot import Coin
from models.market.study import Study
from models.risk.ground import Grounds
from models.risk.plans.export import COLUMNS, positions_csv
from models.risk.plans.from_table import Names, Preview, guessed, preview
from models.risk.plans.plan import Plan, Position
from models.risk.plans.sheet import decoded, number_in, sheet
from models.risk.plans.values import PlanError
from models.risk.portfolio import portfolio

from .plan_cases import plans
from .test_risk_rules import market

COINS = (
    Coin("bitcoin", "BTC", "Bitcoin", "layer1"),
    Coin("solana", "SOL", "Solana", "layer1"),
    Coin("chainlink", "LINK", "Chainlink", "infrastructure"),
    Coin("link-of-old", "LINK", "Link of Old", "other"),
)
NAMES = Names(COINS)


def read(text: str, **more: object) -> Preview:
    found = sheet(text, **more)  # type: ignore[arg-type]
    return preview(found, guessed(found, NAMES), NAMES)


def rows(text: str) -> list[tuple[object, ...]]:
    return [(p.coin, p.quantity, p.cost) for p in read(text).positions]


@pytest.mark.parametrize(
    "text",
    [
        "Symbol,Quantity,Average price\nBTC,0.5,30000\nSOL,42,143.25",
        "Symbol;Menge;Kaufpreis\nBTC;0,5;30.000,00\nSOL;42;143,25",
        "BTC\t0.5\t30,000.00\nSOL\t42\t143.25",
        "coin|amount|cost\nBitcoin (BTC)|0.5|$30,000\nSolana|42|$143.25",
        "\ufeffAsset,Amount,Amount invested\r\nbitcoin,0.5,15000\r\n\r\nsolana,42,6016.5\r\n",
    ],
)
def test_the_same_positions_are_read_from_every_dialect(text: str) -> None:
    assert rows(text) == [("bitcoin", 0.5, 30_000.0), ("solana", 42.0, 143.25)]


def test_all_fields_are_read() -> None:
    found = read(
        "coin,qty,cost,bought,stop,target %,sector,price,notes\n"
        'SOL,42,143,2024-05-14,100,5,DeFi,150,"said, he"\n'
    )
    assert found.positions == (
        Position(
            "solana", 42.0, cost=143.0, bought=date(2024, 5, 14), stop=100.0, target=0.05, sector="defi",
            price=150.0, notes="said, he",
        ),
    )  # fmt: skip


def test_a_symbol_of_several_coins_means_the_largest_and_says_so() -> None:
    (one,) = read("coin,quantity\nLINK,3").taken
    assert one.position.coin == "chainlink"
    assert one.note == "“LINK” is Chainlink here, the largest; also Link of Old."


GONE = Names((*COINS, Coin("link", "LN", "LN", "other")))
"""With a coin that is long gone, and whose id is the symbol of a large one."""


def test_the_id_of_a_small_coin_does_not_go_before_the_symbol_of_a_large_one() -> None:
    found = sheet("LINK\t3\nlink\t4\nBitcoin\t1")
    taken = preview(found, guessed(found, GONE), GONE).taken
    assert [one.position.coin for one in taken] == ["chainlink", "chainlink", "bitcoin"]
    assert taken[0].note == "“LINK” is Chainlink here, the largest; also Link of Old, LN."


def test_an_export_of_the_program_names_its_coins_by_id() -> None:
    cells = dict.fromkeys(COLUMNS, "") | {"coin": "link", "quantity": "3"}
    found = sheet(",".join(COLUMNS) + "\n" + ",".join(cells.values()))
    (one,) = preview(found, guessed(found, GONE), GONE).taken
    assert (one.position.coin, one.note) == ("link", "")


def test_one_cell_that_is_no_number_does_not_make_the_price_the_quantity() -> None:
    found = sheet("BTC\t0.05\t60000\nLINK\t50\nSOL\tabc")
    assert guessed(found, NAMES) == {"coin": 0, "quantity": 1, "cost": 2}
    answer = preview(found, guessed(found, NAMES), NAMES)
    assert [one.quantity for one in answer.positions] == [0.05, 50.0]
    assert answer.refused[0].why == "Quantity “abc” is no number."


def test_a_coin_that_nobody_knows_is_taken_with_a_word_or_refused_on_wish() -> None:
    found = sheet("coin,quantity\nMyCoin,3")
    mapping = guessed(found, NAMES)
    assert preview(found, mapping, NAMES).taken[0].note.startswith("“MyCoin” is no coin of the list")
    strict = preview(found, mapping, NAMES, unknown_coins=False)
    assert strict.refused[0].why == "“MyCoin” is no coin of the list."


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("SOL,,1", "The quantity is missing."),
        (",3,1", "The coin is missing."),
        ("SOL,many,1", "Quantity “many” is no number."),
        ("SOL,-3,1", "The quantity has to be above zero."),
        ("SOL,1e308,1", "The quantity has to lie between"),
        ("SOL,3,free", "Cost of one unit “free” is no number."),
    ],
)
def test_a_row_that_makes_no_position_is_refused_with_its_line(row: str, why: str) -> None:
    found = read(f"coin,quantity,cost\nBTC,1,1\n{row}\n")
    assert len(found.taken) == 1
    assert found.refused[0].line == 3
    assert found.refused[0].why.startswith(why)
    assert found.words == "1 row is taken, 1 refused."


def test_a_day_that_nobody_can_read_for_sure_is_refused() -> None:
    found = read("coin,quantity,date\nSOL,1,05/12/2024\nSOL,1,14.05.2024\nSOL,1,2024-05-14T10:00:00Z")
    assert found.refused[0].why == "The day “05/12/2024” cannot be read. Write it as 2021-05-14."
    assert [p.bought for p in found.positions] == [date(2024, 5, 14)] * 2


def test_without_the_needed_columns_every_row_says_what_to_choose() -> None:
    found = sheet("colour,shape\nred,round")
    assert preview(found, {}, NAMES).refused[0].why == (
        "Choose the column for: Coin (symbol, name or id), Quantity."
    )


def test_the_columns_of_a_table_without_headings_are_found_by_what_stands_in_them() -> None:
    found = sheet("3\tSOL\t143\t2024-05-14\n1\tBTC\t9\t2024-05-15")
    assert found.header is None
    assert guessed(found, NAMES) == {"coin": 1, "quantity": 0, "cost": 2, "bought": 3}


def test_the_price_of_today_in_a_foreign_table_is_not_taken_for_one_typed_by_hand() -> None:
    assert "price" not in guessed(sheet("coin,quantity,current price\nSOL,1,5"), NAMES)


def test_line_numbers_are_those_of_the_file_even_with_breaks_in_cells() -> None:
    found = read('coin,quantity,notes\n"SOL",1,"two\nlines"\nSOL,no,\n')
    assert found.refused[0].line == 4


def test_empty_and_endless_tables_are_refused_in_words() -> None:
    with pytest.raises(PlanError, match="The table is empty"):
        sheet(" \n\n ")
    with pytest.raises(PlanError, match="more than 20,000 rows"):
        sheet("SOL,1\n" * 20_001)
    with pytest.raises(PlanError, match="20,000,000 at most"):
        sheet("x" * 20_000_001)
    with pytest.raises(PlanError, match="cannot be read as a table"):
        sheet('a,"' + "x" * 200_000)


def test_files_of_spreadsheets_are_decoded() -> None:
    for coding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert decoded("Münze;1".encode(coding)) == "Münze;1"


calm = settings(deadline=None, suppress_health_check=list(HealthCheck))


@calm
@given(text=st.text(max_size=200), decimal=st.sampled_from([None, ".", ","]))
def test_no_text_breaks_the_import(text: str, decimal: str | None) -> None:
    try:
        found = sheet(text, decimal=decimal)  # type: ignore[arg-type]
        answer = preview(found, guessed(found, NAMES), NAMES)
        assert len(answer.taken) + len(answer.refused) == len(found.rows)
    except PlanError as error:
        answer = str(error)
    assert isinstance(answer, Preview) or answer.endswith(".")


def made() -> Study:
    return market()


@calm
@given(plan=plans)
def test_an_export_is_harmless_and_can_be_imported_again(plan: Plan) -> None:
    text = positions_csv(portfolio(plan, Grounds(made(), made().last_day)))
    names = Names(made().market.coins)
    if not plan.positions:
        assert text == ",".join(COLUMNS) + "\r\n"
        return
    found = sheet(text, delimiter=",", decimal=".")
    assert found.header == COLUMNS
    for row in found.rows:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row if not _is_text(cell, plan))
    back = preview(found, guessed(found, names), names).positions
    assert len(back) == len(plan.positions)
    for one, other in zip(back, plan.positions, strict=True):
        assert (one.coin, one.quantity, one.cost, one.stop) == (
            other.coin,
            other.quantity,
            other.cost,
            other.stop,
        )
        assert (one.bought, one.price, one.sector) == (other.bought, other.price, other.sector)
        assert one.target == (None if other.target is None else pytest.approx(other.target))


def _is_text(cell: str, plan: Plan) -> bool:
    return any(cell == position.notes.strip() for position in plan.positions)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", '=HYPERLINK("x")'])
def test_no_cell_of_an_export_is_a_formula(text: str) -> None:
    plan = Plan(positions=(Position(text, 1.0, price=2.0, sector=text, notes=text),))
    out = positions_csv(portfolio(plan, Grounds(made(), made().last_day)))
    import csv
    import io

    for row in csv.reader(io.StringIO(out)):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)
    found = sheet(out)
    assert preview(found, guessed(found, NAMES), NAMES).positions[0].coin == text.strip()


@pytest.mark.parametrize(
    ("cell", "decimal", "expected"),
    [
        ("1,234.56", ",", 1_234.56),
        ("1.234,56", ".", 1_234.56),
        ("12,5", ".", 12.5),
        ("1.5", ",", 1.5),
        ("0,500", ".", 0.5),
        ("1.500", ",", 1_500.0),
        ("1.500", ".", 1.5),
        ("1.234.567", ".", 1_234_567.0),
        ("12,34,567.8", ".", 1_234_567.8),
        ("1,2,3", ".", None),
        ("1.23,456.7", ".", None),
        ("-1.5e-3", ",", -0.0015),
    ],
)
def test_a_number_is_never_another_one_by_its_signs(cell, decimal, expected):
    assert number_in(cell, decimal) == expected


def test_an_export_has_points_whatever_stands_in_its_notes():
    row = "bitcoin,0.5,20000.250,,,,,,{0},BTC,0.5,1.5,2.5"
    text = ",".join(COLUMNS) + "\n" + row.format('"1.234,56 EUR"') + "\n"
    assert sheet(text).decimal == "."
    anew = text.replace(",", ";").replace(".", ",")
    assert sheet(anew).decimal == ",", "a spreadsheet that writes it anew may have another sign"
