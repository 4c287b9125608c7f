"""People and storage: pages, API, services and tables; no rule is decided here."""
