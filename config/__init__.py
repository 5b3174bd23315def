"""What the YAML says, and whether it is right."""

from config.errors import ConfigError, Position, Problem
from config.project import Project, load_project
from config.vocabulary import (
    DriverInfo,
    ExtensionInfo,
    FunctionInfo,
    Layer,
    PageInfo,
    Vocabulary,
)

__all__ = [
    "ConfigError", "DriverInfo", "ExtensionInfo", "FunctionInfo", "Layer", "PageInfo", "Position",
    "Problem", "Project", "Vocabulary", "load_project",
]
