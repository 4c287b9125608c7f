"""Who may sit on any panel at all? Age, certificate and standing on the day."""

from collections.abc import Iterator

from scheduler.limits import Draft, Nothing, Words, Years, forbid, rule
from scheduler.model import Case, Standing
from scheduler.rules.day import day_of


@rule(
    "E2",
    law="重庆市招标投标条例 27; 评标专家和评标专家库管理办法",
    title=Words("年龄", "age"),
    says=Words(
        "{expert} 评标当日 {age} 周岁，应不满 {years} 周岁", "{expert} is {age} on the day, not under {years}"
    ),
    params=Years,
)
def under_age(case: Case, p: Years) -> Iterator[Draft]:
    """Under `years` on the day: who has had that birthday is out. An unknown age binds nobody."""
    for expert in case.pool:
        if expert.age is not None and expert.age >= p.years:
            yield forbid(expert.id, age=expert.age, years=p.years)


@rule(
    "E3",
    law="评标专家和评标专家库管理办法",
    title=Words("聘期或证书有效", "certificate valid on the day"),
    says=Words(
        "{expert} 的证书 {until} 到期，评标日 {day}",
        "the certificate of {expert} ended on {until}, before {day}",
    ),
    params=Nothing,
)
def certificate_valid(case: Case, _: Nothing) -> Iterator[Draft]:
    """Valid on the day of the evaluation; the last day of validity still counts."""
    day = day_of(case)
    if day is None:
        return
    for expert in case.pool:
        until = expert.certificate_until
        if until is not None and until < day:
            yield forbid(expert.id, until=until.isoformat(), day=day.isoformat())


@rule(
    "E4",
    law="招标投标法实施条例 71",
    title=Words("未被暂停或取消资格", "neither suspended nor banned"),
    says=Words("{expert} 的状态为 {standing}", "{expert} is {standing}"),
    params=Nothing,
)
def in_good_standing(case: Case, _: Nothing) -> Iterator[Draft]:
    """Who is suspended or banned does not sit."""
    for expert in case.pool:
        if expert.standing is not Standing.GOOD:
            yield forbid(expert.id, standing=expert.standing.value)
