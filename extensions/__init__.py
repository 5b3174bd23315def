"""What this business does: one package per trade, each knowing only the runtime's public part."""
