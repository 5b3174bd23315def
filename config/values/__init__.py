"""Small immutable values that a text of the YAML may become; used by everyone above."""
