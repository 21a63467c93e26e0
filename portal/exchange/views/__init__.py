"""Pages of the exchange room."""

from portal.exchange.views import exporting, importing, looking, paper_templates, papers
from portal.exchange.views.blueprint import blueprint

__all__ = ["blueprint", "exporting", "importing", "looking", "paper_templates", "papers"]
