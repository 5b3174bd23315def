from runtime.pages.menu import MenuItem, mark_current


def item(key: str, url: str = "", *children: MenuItem) -> MenuItem:
    return MenuItem(key, key.title(), url=url, children=children)


MENU = (
    item("home", "/admin/"),
    item("people", "", item("clients", "/admin/client/"),
         item("unpaid", "/admin/client/?view=unpaid")),
    item("other", "", item("deep", "", item("zones", "/admin/zone/"))),
)


def marked(path: str, view: str = "", opened: frozenset[str] = frozenset()):
    found, groups = [], []

    def walk(items):
        for each in items:
            found.extend([each.key] * each.current)
            groups.extend([each.key] * each.open)
            walk(each.children)

    walk(mark_current(MENU, path, view, opened, "/admin"))
    return found, groups


def test_exact_view_wins_over_the_list():
    assert marked("/admin/client/", "unpaid") == (["unpaid"], ["people"])
    assert marked("/admin/client/", "other") == (["clients"], ["people"])


def test_page_of_a_row_belongs_to_its_list():
    assert marked("/admin/client/12") == (["clients"], ["people"])
    assert marked("/admin/zone/3/edit") == (["zones"], ["other", "deep"])


def test_page_without_a_place_marks_nothing():
    assert marked("/admin/unknown/4") == ([], [])


def test_groups_that_were_left_open_stay_open():
    assert marked("/admin/", opened=frozenset({"people"})) == (["home"], ["people"])
