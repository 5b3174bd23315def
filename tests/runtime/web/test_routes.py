from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from runtime.web.routes import Classification, PanelRoute, form_of, route_table, unclassified

LIST = Classification("client", "list", entity="*")


def answer(request):
    return PlainTextResponse("x")


def test_the_table_names_whole_paths_and_what_they_are_for():
    routes = [Mount("/area", routes=[PanelRoute("/{entity}/", answer, LIST, name="list")])]

    (info,) = route_table(routes)

    assert info.as_json() == {
        "path": "/area/{entity}/",
        "methods": ["GET", "HEAD"],
        "name": "list",
        "area": "client",
        "action": "list",
        "entity": "*",
        "right": None,
        "changes": False,
        "login": True,
    }


def test_a_route_that_says_nothing_is_found():
    routes = [
        Route("/quiet", answer),
        Mount("/foreign", app=answer),
        PanelRoute("/x", answer, LIST),
    ]

    assert [info.path for info in unclassified(route_table(routes))] == [
        "/quiet",
        "/foreign/{path}",
    ]


def test_a_visitor_is_turned_away_unless_the_route_is_open(serve):
    open_to_all = Classification("client", "login", login=False)
    client = serve(PanelRoute("/closed", answer, LIST), PanelRoute("/open", answer, open_to_all))

    assert client.get("/closed").status_code == 303
    assert client.get("/open").text == "x"


def test_a_form_is_read_before_the_page_runs(serve):
    def page(request):
        return PlainTextResponse(",".join(form_of(request).getlist("a")))

    changes = Classification("client", "create", login=False, changes=True)
    client = serve(PanelRoute("/", page, changes, methods=["POST"]))

    assert client.post("/", data={"a": ["1", "2"]}).text == "1,2"
    assert client.post("/").text == ""


def test_a_form_with_too_many_fields_is_refused(serve):
    changes = Classification("client", "create", login=False, changes=True)
    client = serve(PanelRoute("/", answer, changes, methods=["POST"]))

    assert client.post("/", data={f"f{i}": "1" for i in range(20_001)}).status_code == 400


def test_a_number_no_database_can_hold_leads_nowhere(serve):
    def page(request):
        return PlainTextResponse(str(request.path_params["id"]))

    client = serve(PanelRoute("/{id:row}", page, Classification("client", "detail", login=False)))

    assert client.get("/42").text == "42"
    for number in ("9" * 19, "9" * 5000, "-1", "１２", "1.0", "0x1"):
        assert client.get(f"/{number}").status_code == 404


def test_a_file_sent_in_the_place_of_a_text_is_no_value(serve):
    def page(request):
        return PlainTextResponse(",".join(form_of(request).keys()))

    changes = Classification("client", "create", login=False, changes=True)
    client = serve(PanelRoute("/", page, changes, methods=["POST"]))

    files = {"name": ("a.txt", b"x"), "paper.upload": ("b.txt", b"y")}
    assert client.post("/", data={"a": "1"}, files=files).text == "a,paper.upload"
