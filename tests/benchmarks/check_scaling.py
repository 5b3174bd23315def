"""How long `check` takes as a configuration grows: it must stay linear.

    python tests/benchmarks/check_scaling.py --entities 100 1000

Prints process CPU seconds for each size and the ratio of the last to the first; the compiled
cache and the second start from it are measured too. Entities have ten fields, two relations, a
collection, a machine, views, rules and a form each, as hand-written ones do.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from config import load_project

ENTITY = """\
entity: part_{n}
icon: database
title: [name]
traits: [audited, versioned, trash]
fields:
  name:     {{type: text, max: 80, required: yes}}
  code:     {{type: text, max: 20, default_from: "random_code(6)"}}
  parent:   {{to: part_{previous}, on_delete: restrict, lookup: [name]}}
  owner:    ->part_{other}
  children: {{many: part_{next}, by: parent}}
  price:    {{type: money, currency: EUR, min: 0 EUR, default: 12.50 EUR}}
  share:    {{type: rate, default: 23 %}}
  paid_until: moment
  active:   {{type: boolean, default: yes}}
  status:   {{type: choice, of: {{draft: Draft, open: Open, closed: Closed}}}}
unique: {{one_name: [name]}}
index: {{due: [status, paid_until]}}
rules:
  paid: {{check: "status != 'open' or paid_until != null", on: paid_until, say: Pay first}}
views:
  staff: {{columns: [name, parent, parent.name, status, price], sort: [name],
          filters: [status, parent], search: [name, code]}}
  open:  {{where: "status == 'open' and parent.active", badge: warn, count: yes}}
form:
  General: [name, [code, parent], owner]
  Money:   {{fields: [price, share, paid_until]}}
detail:
  tabs: {{children: {{related: part_{next}.parent}}, history: {{history: yes}}}}
machines:
  status:
    start: draft
    final: [closed]
    moves:
      open:  {{from: draft, to: open, by: [staff], when: "active and parent.active"}}
      close: {{from: open, to: closed, by: [staff], ask: {{reason: text!}}}}
allow: {{clerk: edit}}
menu: {{staff: top}}
"""


def write_project(folder: Path, entities: int) -> None:
    """Write a configuration of so many entities that refer to each other."""
    (folder / "site.yaml").write_text("site: bench\n")
    (folder / "clerk.yaml").write_text("role: clerk\narea: staff\n")
    (folder / "menu.yaml").write_text("menu: staff\nitems: {}\n")
    for number in range(entities):
        text = ENTITY.format(
            n=number,
            previous=(number - 1) % entities,
            next=(number + 1) % entities,
            other=(number * 7 + 3) % entities,
        )
        (folder / f"part_{number}.yaml").write_text(text)


def seconds(run: Callable[[], object]) -> float:
    """Return the process CPU seconds of one call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def measure(entities: int) -> tuple[float, float]:
    """Return seconds of a check and of a start from the compiled cache."""
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name, "project"), Path(name, "cache")
        folder.mkdir()
        write_project(folder, entities)
        check = seconds(lambda: load_project([folder]))
        load_project([folder], cache=cache)
        return check, seconds(lambda: load_project([folder], cache=cache))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, nargs="+", default=[100, 1000])
    sizes = parser.parse_args().entities
    measure(5)
    checks = []
    print(f"{'entities':>10}{'check s':>12}{'second start s':>18}")
    for size in sizes:
        check, cached = measure(size)
        checks.append(check)
        print(f"{size:>10}{check:>12.3f}{cached:>18.3f}")
    print(f"ratio of check, {sizes[-1]} to {sizes[0]}: {checks[-1] / checks[0]:.1f}")


if __name__ == "__main__":
    main()
