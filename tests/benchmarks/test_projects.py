import pytest

from config.project import load_project
from tests.benchmarks import projects


@pytest.mark.parametrize("count", [1, 40])
def test_written_entities_are_a_project_without_problems(tmp_path, count):
    project = load_project([projects.write_many(tmp_path / "many", count)])

    assert len(project.entities) == count
    assert len(project.entities["thing_0"].fields) == 12
    assert f"thing_{count - 1}.status" in project.machines
