"""python -m tests.benchmarks [NAME …]: run the benchmarks, all without a name."""

import contextlib
import os
import sys
from collections.abc import Callable

from tests.benchmarks import all_day, check_growth, list_page, start_up, throughput

BENCHMARKS: dict[str, Callable[[], str]] = {
    "start-up": start_up.run,
    "check-growth": check_growth.run,
    "list-page": list_page.run,
    "all-day": all_day.run,
    "throughput": throughput.run,
}

# Those that look at the same rows, which take minutes to make.
OVER_INVOICES = {"list-page", "all-day", "throughput"}
INVOICES = 1_000_000


def main(names: list[str]) -> int:
    if unknown := set(names) - set(BENCHMARKS):
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}")
        return 2
    wanted = names or list(BENCHMARKS)
    with contextlib.ExitStack() as stack:
        if len(OVER_INVOICES & set(wanted)) > 1:
            stack.enter_context(list_page.contenders(INVOICES))
        for name in wanted:
            before = os.getloadavg()[0]
            print(BENCHMARKS[name]())
            print(f"Load average {before:.1f} before, {os.getloadavg()[0]:.1f} after, "
                  f"{os.cpu_count()} processors\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
