from dataclasses import replace

from runtime.pages.query import ListLimits, read_address
from runtime.records.values import Filter

LIMITS = ListLimits(
    views={"staff": 25, "unpaid": 50}, default_view="staff",
    filters={"status": ("eq", "ne", "in", "null"), "client.country": ("eq",)},
    sortable=frozenset({"name", "due_date"}), trash=True,
)


def read(query: str, **options):
    pairs = [tuple(part.split("=", 1)) for part in query.split("&") if part]
    return read_address("/admin/invoice/", pairs, LIMITS, **options)


def test_address_is_read_and_written_back_the_same():
    address = read("view=unpaid&q=acme&op.status=ne&f.status=paid&sort=-due_date&size=10&trash=1")

    assert address.problems == ()
    assert address.query.filters == (Filter("status", "ne", ("paid",)),)
    assert (address.query.search, address.query.size, address.query.trash) == ("acme", 10, True)
    assert address.url() == (
        "/admin/invoice/?view=unpaid&q=acme&op.status=ne&f.status=paid&sort=-due_date"
        "&size=10&trash=1"
    )


def test_what_is_as_usual_is_not_in_the_address():
    assert read("view=staff&size=25&q=&sort=").url() == "/admin/invoice/"
    assert read("view=unpaid&size=50").url() == "/admin/invoice/?view=unpaid"


def test_any_change_leads_to_the_first_page():
    assert "page=" not in read("page=CURSOR").url(sort=("name",))
    assert read("page=CURSOR").query.cursor == "CURSOR"


def test_filter_without_operator_takes_the_first_and_without_value_is_none():
    assert read("f.status=paid").query.filters == (Filter("status", "eq", ("paid",)),)
    assert read("f.status=&op.status=eq").query.filters == ()
    assert read("op.status=null").query.filters == (Filter("status", "null"),)


def test_several_values_of_a_filter_stay_together_in_order():
    filters = read("op.status=in&f.status=b&f.status=a").query.filters

    assert filters == (Filter("status", "in", ("b", "a")),)


def test_fixed_pairs_stand_in_every_address():
    address = read("q=x", fixed=(("tab", "invoices"),))

    assert address.url(search="") == "/admin/invoice/?tab=invoices"
    assert address.hidden(keep_filters=True) == (("tab", "invoices"),)


def test_filter_is_removed_by_its_place():
    address = read("f.status=a&f.client.country=DE")

    assert address.without_filter(0) == (
        "/admin/invoice/?op.client.country=eq&f.client.country=DE"
    )


def test_nonsense_is_left_out_and_told():
    address = read("f.nope=1&op.status=like&f.status=x&sort=secret,name&size=3&view=zzz")

    assert address.query.filters == ()
    assert address.query.sort == ("name",)
    assert (address.query.size, address.query.view) == (25, "staff")
    assert len(address.problems) == 5


def test_long_and_strange_texts_are_cut():
    address = read("q=" + "x" * 5000 + "&f.status=a%00b&page=\x00")

    assert len(address.query.search) == 200
    assert address.query.cursor is None


def test_panel_of_filters_opens_and_closes_by_the_address():
    closed, opened = read("f.status=a"), read("f.status=a&filters=1&op.status=ne")

    assert closed.filters_url.endswith("&filters=1")
    assert opened.filters_open
    assert opened.filters_url == "/admin/invoice/?op.status=ne&f.status=a"
    assert opened.operators == {"status": "ne"}


def test_more_filters_or_columns_than_a_list_takes_are_told():
    limits = replace(LIMITS, more_filters=lambda path: ("eq",), column=lambda path: True)
    pairs = [*((f"f.x{n}", "1") for n in range(21)), *(("col", f"x{n}") for n in range(31))]

    address = read_address("/admin/invoice/", pairs, limits)

    assert (len(address.query.filters), len(address.query.columns)) == (20, 30)
    assert address.problems == (
        "A list takes 20 filters at most; the others were left out.",
        "A list shows 30 columns at most; the others were left out.",
    )
