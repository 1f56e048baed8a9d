"""Store: the only code that writes the databases. Answers in `survey.db`, people in `people.db`, never together."""

from sipas_forms.store.database import Store, open_store

__all__ = ["Store", "open_store"]
