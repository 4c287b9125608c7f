"""Who may sit on any panel at all? Experience, age, certificate, training and standing on the day."""

from collections.abc import Iterator

from scheduler.limits import Draft, Nothing, Words, Years, forbid, rule
from scheduler.model import Case, Standing
from scheduler.rules.day import day_of, years_before


@rule(
    "E1",
    law="招标投标法 37",
    title=Words("从业年限和职称", "years in the field and senior title"),
    says=Words(
        "{expert} 不满足从事相关领域满 {years} 年并具有高级职称或同等水平（{lacks}）",
        "{expert} lacks {years} years in the field or a senior title ({lacks})",
    ),
    params=Years,
)
def senior_enough(case: Case, p: Years) -> Iterator[Draft]:
    """`years` full years in the field by the day, the corresponding day included, and a senior title."""
    day = day_of(case)
    for expert in case.pool:
        since = expert.practising_since
        if expert.senior is False:
            yield forbid(expert.id, lacks="title", years=p.years)
        elif day and since and since > years_before(day, p.years):
            yield forbid(expert.id, lacks=f"since {since.isoformat()}", years=p.years)


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


@rule(
    "E6",
    law="draw request: regions experts may come from",
    title=Words("不在抽取区域内", "outside the regions of the draw"),
    says=Words(
        "{expert} 所在区划 {region} 不在抽取区域内", "{expert} is of {region}, outside the regions asked for"
    ),
    params=Nothing,
)
def inside_the_regions(case: Case, _: Nothing) -> Iterator[Draft]:
    """From a county whose code begins with one of those asked for; none asked for: from anywhere."""
    for expert in case.pool if case.regions else ():
        if not expert.region.startswith(case.regions):
            yield forbid(expert.id, region=expert.region)


@rule(
    "E11",
    law="practice: training and certificate for electronic evaluation",
    title=Words("电子评标培训或证书有效", "trained and enrolled for e-evaluation"),
    says=Words(
        "{expert} 的电子评标培训或证书 {until} 到期，评标日 {day}",
        "training or certificate of {expert} ended on {until}, before {day}",
    ),
    params=Nothing,
)
def trained(case: Case, _: Nothing) -> Iterator[Draft]:
    """Training and certificate for e-evaluation valid on the day; the last day still counts."""
    day = day_of(case)
    for expert in case.pool if day else ():
        until = expert.trained_until
        if day and until is not None and until < day:
            yield forbid(expert.id, until=until.isoformat(), day=day.isoformat())


@rule(
    "R8",
    law="评标委员会和评标方法暂行规定 12(4)",
    title=Words("曾因招标投标违法行为受处罚", "punished for an offence in tendering"),
    says=Words("{expert} 曾因招标投标违法行为受过处罚", "{expert} was punished for an offence in tendering"),
    params=Nothing,
)
def never_punished(case: Case, _: Nothing) -> Iterator[Draft]:
    """Punished or convicted for acts in tendering, however long ago: the ground has no end."""
    for expert in case.pool:
        if expert.penalised:
            yield forbid(expert.id)
