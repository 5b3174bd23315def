"""One file per payment gateway; `base` holds what every gateway gives."""
