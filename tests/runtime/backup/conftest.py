from tests.runtime.shop_panel import shop, shops, sqlite_shop

__all__ = ["shop", "shops", "sqlite_shop"]
