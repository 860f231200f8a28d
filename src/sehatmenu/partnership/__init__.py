"""Working together: what a district, its UMKM, schools and puskesmas record, judged and fed back into the plan."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sehatmenu.partnership.acceptance import hedonic as hedonic
    from sehatmenu.partnership.acceptance import organoleptic as organoleptic
    from sehatmenu.partnership.acceptance import read_likings as read_likings
    from sehatmenu.partnership.acceptance import read_tastings as read_tastings
    from sehatmenu.partnership.advances import read_payments as read_payments
    from sehatmenu.partnership.advances import working_capital as working_capital
    from sehatmenu.partnership.agreement_changes import annex_diff as annex_diff
    from sehatmenu.partnership.agreement_changes import verify as verify
    from sehatmenu.partnership.agreements import Annex as Annex
    from sehatmenu.partnership.agreements import annex as annex
    from sehatmenu.partnership.agreements import load_annex as load_annex
    from sehatmenu.partnership.books import BOOKS as BOOKS
    from sehatmenu.partnership.charts import Chart as Chart
    from sehatmenu.partnership.charts import control_chart as control_chart
    from sehatmenu.partnership.coverages import Coverage as Coverage
    from sehatmenu.partnership.coverages import coverage as coverage
    from sehatmenu.partnership.deliveries import judged as judged
    from sehatmenu.partnership.deliveries import read_deliveries as read_deliveries
    from sehatmenu.partnership.deliveries import records as records
    from sehatmenu.partnership.impact import Uplift as Uplift
    from sehatmenu.partnership.impact import read_sales as read_sales
    from sehatmenu.partnership.impact import uplift as uplift
    from sehatmenu.partnership.monitoring import Recheck as Recheck
    from sehatmenu.partnership.monitoring import difference as difference
    from sehatmenu.partnership.monitoring import load_monitored as load_monitored
    from sehatmenu.partnership.monitoring import recheck as recheck
    from sehatmenu.partnership.names import identified as identified
    from sehatmenu.partnership.needs import Need as Need
    from sehatmenu.partnership.needs import demand_of as demand_of
    from sehatmenu.partnership.needs import problem_document as problem_document
    from sehatmenu.partnership.needs import read_needs as read_needs
    from sehatmenu.partnership.papers import barred as barred
    from sehatmenu.partnership.papers import calendar as calendar
    from sehatmenu.partnership.papers import papers_on as papers_on
    from sehatmenu.partnership.papers import who_can_supply as who_can_supply
    from sehatmenu.partnership.plate_waste import acceptance_scores as acceptance_scores
    from sehatmenu.partnership.plate_waste import read_waste as read_waste
    from sehatmenu.partnership.plate_waste import waste as waste
    from sehatmenu.partnership.plate_waste import with_acceptance as with_acceptance
    from sehatmenu.partnership.price_regions import priced as priced
    from sehatmenu.partnership.price_regions import regional_prices as regional_prices
    from sehatmenu.partnership.quality import Drift as Drift
    from sehatmenu.partnership.quality import drifts as drifts
    from sehatmenu.partnership.quality import margins as margins
    from sehatmenu.partnership.quality import portion_charts as portion_charts
    from sehatmenu.partnership.quality import portion_report as portion_report
    from sehatmenu.partnership.quality import read_weighings as read_weighings
    from sehatmenu.partnership.satisfaction import ikm as ikm
    from sehatmenu.partnership.satisfaction import quality_of as quality_of
    from sehatmenu.partnership.satisfaction import read_survey as read_survey
    from sehatmenu.partnership.satisfaction import sample_for_mean as sample_for_mean
    from sehatmenu.partnership.satisfaction import sample_size as sample_size
    from sehatmenu.partnership.settlement import Settlement as Settlement
    from sehatmenu.partnership.settlement import order_lines as order_lines
    from sehatmenu.partnership.settlement import read_invoices as read_invoices
    from sehatmenu.partnership.settlement import read_receipts as read_receipts
    from sehatmenu.partnership.settlement import three_way as three_way
    from sehatmenu.partnership.spelled_amounts import terbilang as terbilang
    from sehatmenu.partnership.survey_forms import survey_form as survey_form
    from sehatmenu.partnership.survey_forms import write_survey_form as write_survey_form
    from sehatmenu.partnership.traces import trace as trace
    from sehatmenu.partnership.training import question_bank as question_bank
    from sehatmenu.partnership.training import read_scores as read_scores
    from sehatmenu.partnership.training import score as score

PUBLIC = MappingProxyType(
    {
        "Annex": "agreements",
        "BOOKS": "books",
        "Chart": "charts",
        "Coverage": "coverages",
        "Drift": "quality",
        "Need": "needs",
        "Recheck": "monitoring",
        "Settlement": "settlement",
        "Uplift": "impact",
        "acceptance_scores": "plate_waste",
        "annex": "agreements",
        "annex_diff": "agreement_changes",
        "barred": "papers",
        "calendar": "papers",
        "control_chart": "charts",
        "coverage": "coverages",
        "demand_of": "needs",
        "difference": "monitoring",
        "drifts": "quality",
        "hedonic": "acceptance",
        "identified": "names",
        "ikm": "satisfaction",
        "judged": "deliveries",
        "load_annex": "agreements",
        "load_monitored": "monitoring",
        "margins": "quality",
        "order_lines": "settlement",
        "organoleptic": "acceptance",
        "papers_on": "papers",
        "portion_charts": "quality",
        "portion_report": "quality",
        "priced": "price_regions",
        "problem_document": "needs",
        "quality_of": "satisfaction",
        "question_bank": "training",
        "read_deliveries": "deliveries",
        "read_invoices": "settlement",
        "read_likings": "acceptance",
        "read_needs": "needs",
        "read_payments": "advances",
        "read_receipts": "settlement",
        "read_sales": "impact",
        "read_scores": "training",
        "read_survey": "satisfaction",
        "read_tastings": "acceptance",
        "read_waste": "plate_waste",
        "read_weighings": "quality",
        "recheck": "monitoring",
        "records": "deliveries",
        "regional_prices": "price_regions",
        "sample_for_mean": "satisfaction",
        "sample_size": "satisfaction",
        "score": "training",
        "survey_form": "survey_forms",
        "terbilang": "spelled_amounts",
        "three_way": "settlement",
        "trace": "traces",
        "uplift": "impact",
        "verify": "agreement_changes",
        "waste": "plate_waste",
        "who_can_supply": "papers",
        "with_acceptance": "plate_waste",
        "working_capital": "advances",
        "write_survey_form": "survey_forms",
    }
)
"""Every public name of the partnership and the module, below this one, that defines it."""

__all__ = [*PUBLIC]

if not TYPE_CHECKING:  # mypy sees the imports above

    def __getattr__(name: str) -> object:
        """A public name, imported from its module and kept here for the next use."""
        if name not in PUBLIC:
            raise AttributeError(f"module 'sehatmenu.partnership' has no attribute {name!r}")
        value = getattr(import_module(f"sehatmenu.partnership.{PUBLIC[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
