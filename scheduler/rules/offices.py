"""Whose people may not sit on this lot, whoever bids? Supervisor, department, agency, purchaser, drafters."""

from collections.abc import Iterable, Iterator

from scheduler.limits import Draft, Nothing, Words, forbid, rule
from scheduler.model import Case, OrgTag
from scheduler.rules.day import day_of
from scheduler.rules.work import units


def _staff(case: Case, offices: Iterable[OrgTag]) -> Iterator[Draft]:
    """Everyone who works on the day for one of these offices."""
    named, day = frozenset(offices) - {OrgTag("")}, day_of(case)
    for expert in case.pool if named else ():
        for unit in sorted(units(expert, day) & named):
            yield forbid(expert.id, unit=unit)


@rule(
    "E7",
    law="招标投标法实施条例 46",
    title=Words("行政监督部门工作人员", "staff of the supervising authority"),
    says=Words(
        "{expert} 任职于本项目行政监督部门 {unit}", "{expert} works for {unit}, which supervises this project"
    ),
    params=Nothing,
)
def supervises_this_project(case: Case, _: Nothing) -> Iterator[Draft]:
    """Staff of the authority do not sit on projects they supervise."""
    return _staff(case, case.parties.supervisors)


@rule(
    "E8",
    law="政府采购货物和服务招标投标管理办法 47",
    title=Words("采购代理机构工作人员", "staff of the agency"),
    says=Words(
        "{expert} 任职于本项目代理机构 {unit}", "{expert} works for {unit}, the agency of this project"
    ),
    params=Nothing,
)
def works_for_the_agency(case: Case, _: Nothing) -> Iterator[Draft]:
    """Staff of the agency that runs the project do not sit on it."""
    return _staff(case, (case.parties.agency,))


@rule(
    "E9",
    law="政府采购货物和服务招标投标管理办法 47",
    title=Words("采购人工作人员", "staff of the purchaser"),
    says=Words("{expert} 任职于采购人 {unit}", "{expert} works for the purchaser {unit}"),
    params=Nothing,
)
def works_for_the_purchaser(case: Case, _: Nothing) -> Iterator[Draft]:
    """The purchaser's people do not sit as experts; as owner representatives they are in no lottery."""
    return _staff(case, (case.tenderee,))


@rule(
    "E10",
    law="机电产品国际招标投标实施办法; 政府采购法实施条例 9(5)",
    title=Words("参与过本标段招标文件编制或审查", "drafted or reviewed this lot's documents"),
    says=Words(
        "{expert} 参与过本标段招标文件的编制或审查（{unit}）",
        "{expert} took part in drafting or reviewing the documents of this lot ({unit})",
    ),
    params=Nothing,
)
def knew_the_documents(case: Case, _: Nothing) -> Iterator[Draft]:
    """Who reviewed the documents in person, or works for who drafted them or did the preliminary work."""
    yield from _staff(case, case.parties.drafters)
    reviewers = frozenset(case.parties.reviewers)
    for expert in case.pool if reviewers else ():
        if expert.id in reviewers:
            yield forbid(expert.id, unit="-")


@rule(
    "R6",
    law="评标委员会和评标方法暂行规定 12(2)",
    title=Words("项目主管部门工作人员", "staff of the competent department"),
    says=Words(
        "{expert} 任职于本项目主管部门 {unit}",
        "{expert} works for {unit}, the competent department of this project",
    ),
    params=Nothing,
)
def works_for_the_department(case: Case, _: Nothing) -> Iterator[Draft]:
    """Staff of the project's competent department or of the authority that supervises it."""
    return _staff(case, (*case.parties.departments, *case.parties.supervisors))
