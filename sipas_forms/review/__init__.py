"""Review: the local page where people settle what the machine doubts. `serve` runs it; `make_app` is it."""

from sipas_forms.review.app import make_app
from sipas_forms.review.board import MOST_NAME
from sipas_forms.review.desk import BoardIndex, Desk
from sipas_forms.review.queue import what_waits
from sipas_forms.review.safety import Doors
from sipas_forms.review.server import Invitation, serve

__all__ = ["MOST_NAME", "BoardIndex", "Desk", "Doors", "Invitation", "make_app", "serve", "what_waits"]
