"""Money of a hosting business. So far: the payment gateways that need no outside service."""
