"""The field types: one file per type or family, each with all faces of its types together."""
