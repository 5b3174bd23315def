"""The languages of the interface: catalogues, who reads which, and how they are kept up to date."""
