import pytest

from tests.benchmarks import check_growth, projects


def test_table_tells_how_the_cost_grows():
    *_, line = check_growth.run((2,)).splitlines()

    name, seconds, growth = line.rsplit(maxsplit=2)
    assert (name.strip(), growth) == ("2 entities", "1.0")
    assert float(seconds) > 0


def test_refused_configuration_never_counts_as_a_fast_check(tmp_path):
    folder = projects.write_many(tmp_path / "many", 1)
    (folder / "entities/broken.yaml").write_text("entity: broken\nfelds: {}\n")

    with pytest.raises(RuntimeError, match=r"(?s)check ended with 1:.*unknown-key"):
        check_growth.check_seconds(folder, tmp_path / "var")
