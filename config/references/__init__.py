"""Checks across files: everything that one object says about another.

Each module looks at one kind of object; every finding has a code, a place and a way out.
They run on what is right so far, so that all problems come out at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.entity_types import ProjectSchema
from config.expressions import Expression
from config.objects import Objects
from config.references.acks import check_acks
from config.references.entities import check_entities
from config.references.expressions import check_expressions, world_of
from config.references.machines import check_machines
from config.references.marked import check_marked
from config.references.menus import check_dashboards, check_jobs, check_menus
from config.references.messages import check_messages
from config.references.renames import check_renames
from config.references.roles import check_roles
from config.references.rows import check_rows, check_settings
from config.references.site import check_site
from config.references.taxes import check_taxes


@dataclass(frozen=True)
class Result:
    """What the checks have worked out on the way."""

    expressions: Mapping[str, Expression]
    schema: ProjectSchema


def check_references(objects: Objects, texts: Mapping[str, bytes]) -> Result:
    """Report everything that does not fit together. `texts` are the files beside the YAML."""
    check_site(objects)
    check_entities(objects)
    check_machines(objects)
    check_roles(objects)
    check_menus(objects)
    check_dashboards(objects)
    check_jobs(objects)
    check_messages(objects, texts)
    check_rows(objects, texts)
    check_settings(objects)
    check_taxes(objects)
    check_acks(objects)
    check_renames(objects)
    check_marked(objects)
    world = world_of(objects)
    expressions = check_expressions(objects, world)
    return Result(expressions, world.schema)
