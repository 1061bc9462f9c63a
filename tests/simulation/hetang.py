"""The 85 numbers of the year, as docs/year.md lists them: row, figure, period, value; what its tests compare with.

The value is the report's; of numbers that the report gives as more than, the one that the replayed year has.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

YEAR: Final = "2019"


class Row(NamedTuple):
    """A number of the report: its ``row`` in docs/year.md, the ``figure`` that tells it, of which ``period``."""

    row: int
    figure: str
    value: Decimal
    period: str = YEAR


def _row(row: int, figure: str, value: str, period: str = YEAR) -> Row:
    return Row(row, figure, Decimal(value), period)


ROWS: Final = (
    _row(1, "statistics.gdp_growth", "8.9"),
    _row(2, "statistics.industry_growth", "14.3"),
    _row(3, "statistics.investment_growth", "16.8"),
    _row(4, "statistics.revenue_growth", "13.03"),
    _row(5, "statistics.retail_growth", "10.2"),
    _row(6, "statistics.income_growth", "8.7"),
    _row(7, "register.scaled_entered", "72"),
    _row(8, "statistics.park_rank_rise", "47"),
    _row(9, "project.signed_industry", "36"),
    _row(10, "project.flagship_investment", "17000000000"),
    _row(11, "project.invested", "12176000000"),
    _row(12, "project.produced", "14"),
    _row(13, "project.begun", "23"),
    _row(14, "project.continued", "26"),
    _row(15, "land.delivered", "42"),
    _row(16, "land.mu", "5554.7"),
    _row(17, "land.state_house_area", "52681"),
    _row(18, "land.flagship_days", "40"),
    _row(19, "land.flagship_households", "237"),
    _row(20, "land.flagship_mu", "1200"),
    _row(21, "register.high_tech_entered", "21"),
    _row(22, "statistics.high_tech_value_added", "8400000000"),
    _row(23, "register.park_shops", "85"),
    _row(24, "renovation.roads_built", "18"),
    _row(25, "renovation.lanes", "6"),
    _row(26, "renovation.estates", "11"),
    _row(27, "renovation.greening", "9"),
    _row(28, "renovation.stations", "6"),
    _row(29, "renovation.toilets_upgraded", "21"),
    _row(30, "renovation.waste_cleared", "13000"),
    _row(31, "renovation.waters", "7"),
    _row(32, "renovation.latrines", "438"),
    _row(33, "renovation.houses", "484"),
    _row(34, "renovation.farm_roads", "100"),
    _row(35, "statistics.office_spending_cut", "10"),
    _row(36, "environment_letter.struck_off", "79.5"),
    _row(37, "renovation.air_projects", "13"),
    _row(38, "renovation.polluters", "21"),
    _row(39, "patrol.filed", "3348"),
    _row(40, "patrol_problem.struck_off", "17"),
    _row(41, "register.societies_entered", "21"),
    _row(42, "event.aid_projects", "56"),
    _row(43, "fund.aid_paid", "800000"),
    _row(44, "fund.policy_paid", "26040000"),
    _row(45, "fund.loans_sent_on", "35"),
    _row(46, "fund.loan_asked", "118000000"),
    _row(47, "fund.reward_paid", "10000000"),
    _row(48, "statistics.tax_cuts", "343000000"),
    _row(49, "register.legal_person_items", "144"),
    _row(50, "register.legal_person_days_saved", "206"),
    _row(51, "service.decided", "120442"),
    _row(52, "service.satisfied_rate", "100"),
    _row(53, "body_reform.done", "78"),
    _row(54, "body_reform.established", "15"),
    _row(55, "body_reform.persons", "229"),
    _row(56, "renovation.schools_rebuilt", "4"),
    _row(57, "renovation.school_places", "2040"),
    _row(58, "statistics.large_class_rate", "10.37", "2018"),
    _row(59, "statistics.large_class_rate", "0.85"),
    _row(60, "statistics.affordable_kindergarten_rate", "77"),
    _row(61, "doctor_contract.persons", "62000"),
    _row(62, "doctor_contract.kept_rate", "80"),
    _row(63, "statistics.grassroots_care_growth", "30"),
    _row(64, "statistics.group_cover", "66.2"),
    _row(65, "statistics.account_first_months", "32"),
    _row(66, "register.estates", "69"),
    _row(67, "event.films", "516"),
    _row(68, "event.culture", "63"),
    _row(69, "supervision.livelihood_done", "43"),
    _row(70, "job.new", "11046"),
    _row(71, "job.again", "4593"),
    _row(72, "statistics.unemployment_rate", "1.96"),
    _row(73, "relief.person_times", "49228"),
    _row(74, "relief.yuan_paid", "20040000"),
    _row(75, "renovation.care_centres", "7"),
    _row(76, "renovation.day_cares", "11"),
    _row(77, "renovation.care_stations", "23"),
    _row(78, "audit.accountability_and_projects", "15"),
    _row(79, "suggestion.volume", "85"),
    _row(80, "proposal.volume", "48"),
    _row(81, "suggestion.with_proposals_satisfied_rate", "100"),
    _row(81, "suggestion.with_proposals_closed_rate", "100"),
    _row(82, "disclosure.volume", "38"),
    _row(83, "publication.items", "2904"),
    _row(84, "hotline.volume", "5132"),
    _row(85, "hotline.closed_rate", "100"),
)
