"""Which four planners are compared on the same worlds? One run of one of them; the table: `benchmarks.plan`.

(ours) yuanping plan --no-draw, and once more with every panel drawn. (a) shuffle and take, in booking order.
(b) one plain CP-SAT model of everything without hints: a variable per matching expert (like ones counted
together), lot, role and window. (c) that very model on HiGHS through OR-Tools. (b) and (c) stop at a cap.
"""

import json
import resource
import sys
import time
from datetime import timedelta

import numpy as np

from crypto.stream import Stream
from fixtures.plan_worlds import Size, Supply, make_days
from scheduler.solve.timetable import make_timetable
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_index import Index, index
from scheduler.solve.timetable_model import build
from scheduler.solve.timetable_scope import whole
from scheduler.solve.timetable_seating import Search
from scheduler.solve.timetable_solve import best
from scheduler.solve.timetable_state import Seating, State

SEED = b"benchmark plan".ljust(32, b".")
SIZES = {"small": (600, 40, 1), "day": (5_000, 300, 2), "week": (50_000, 1_000, 5)}


def ours(supply, size, *, draw):
    """Our planner: lots placed and its bound."""
    days = make_days(SEED, supply, size)
    began = time.perf_counter()
    tickets = (lambda lot: Stream(SEED).derive("plan", lot).take(32)) if draw else None
    made = make_timetable(days, Effort(clock=time.perf_counter), tickets=tickets, workers=2)
    return len(made.placed), made.upper_bound, time.perf_counter() - began


def shuffle_and_take(supply, size):
    """Lots as booked, windows and guests shuffled, the first people of a shuffled list who fit."""
    world = index(make_days(SEED, supply, size))
    stream = Stream(SEED).derive("shuffle")
    state = State(world)
    began = time.perf_counter()
    for lot, task in enumerate(world.tasks):
        for at in stream.sample(len(task.windows), len(task.windows)):
            seating = _taken(state, world, task, task.windows[at], stream)
            if seating is not None:
                state.take(lot, seating)
                break
    return len(state.seated), len(world.tasks), time.perf_counter() - began


def _taken(state, world: Index, task, window, stream):
    others = np.flatnonzero(world.site_city != world.site_city[task.host]).tolist()
    guests = [others[i] for i in stream.sample(len(others), min(task.guests[1], len(others)))]
    room = state.room(window)
    room[task.host] -= task.reps
    if room[task.host] < 0:
        return None
    search = Search(index=world, task=task, seats={})
    sites = [task.host, *guests]
    panel = []
    for role, count in task.need:
        able = world.people.able[role]
        able = able[state.free[window][able] & np.isin(world.people.city[able], world.site_city[sites])]
        taken = 0
        for i in stream.sample(len(able), len(able)):
            who = int(able[i])
            there = [s for s in sites if world.site_city[s] == world.people.city[who] and room[s] > 0]
            if taken < count and there and who not in task.recused and search.lawful(who):
                search.count(who)
                room[there[0]] -= 1
                panel.append((who, role, there[0]))
                taken += 1
        if taken < count:
            return None
    return Seating(window=window, guests=tuple(guests), panel=tuple(panel))


def stage(words):
    """Tell how far the run has come."""
    print(json.dumps({"stage": words}), flush=True)


def plain_model(supply, size):
    """Everything in one model, and what to maximise."""
    world = index(make_days(SEED, supply, size))
    stage("building the model")
    model = build(State(world), whole(State(world), range(len(world.tasks))))
    weight = len(world.tasks) + 1
    stage(f"solving {len(model.proto.variables)} variables")
    return model, [(v, weight if world.tasks[lot].green else 1) for (lot, _), v in model.at.items()]


def on_cpsat(supply, size, cap):
    """(b)."""
    began = time.perf_counter()
    model, aim = plain_model(supply, size)
    effort = Effort(clock=time.perf_counter, began=began, until=began + cap)
    answer = best(model, aim, work=1e9, effort=effort) if not effort.over() else None
    return (0 if answer is None else len(answer.seatings)), None, time.perf_counter() - began


def on_highs(supply, size, cap):
    """(c)."""
    from ortools.math_opt.python import mathopt

    began = time.perf_counter()
    model, aim = plain_model(supply, size)
    stage("handing the model to HiGHS")
    mip = mathopt.Model()
    variables = [mip.add_integer_variable(lb=v.domain[0], ub=v.domain[1]) for v in model.proto.variables]
    for constraint in model.proto.constraints:
        line = constraint.linear
        terms = mathopt.fast_sum(c * variables[v] for v, c in zip(line.vars, line.coeffs, strict=True))
        mip.add_linear_constraint(line.domain[0] <= (terms <= line.domain[1]))
    stage(f"solving {len(model.proto.variables)} variables")
    mip.maximize(mathopt.fast_sum(c * variables[v] for v, c in aim))
    left = cap - (time.perf_counter() - began)
    if left <= 0:
        return 0, None, time.perf_counter() - began
    how = mathopt.SolveParameters(time_limit=timedelta(seconds=left))
    answer = mathopt.solve(mip, mathopt.SolverType.HIGHS, params=how)
    placed = 0
    if answer.has_primal_feasible_solution():
        placed = round(sum(answer.variable_values(variables[v]) for v in model.at.values()))
    return placed, None, time.perf_counter() - began


def one(planner, supply, size, cap):
    """One run in this process; what was reached is told as it goes, so that a run that dies has told it."""
    supply = Supply(supply)
    sized = Size(**dict(zip(("experts", "lots", "days"), SIZES[size], strict=True)))
    if planner in ("ours", "drawn"):
        placed, bound, seconds = ours(supply, sized, draw=planner == "drawn")
    elif planner == "shuffle":
        placed, bound, seconds = shuffle_and_take(supply, sized)
    else:
        placed, bound, seconds = {"cpsat": on_cpsat, "highs": on_highs}[planner](supply, sized, cap)
    return {"placed": placed, "bound": bound, "seconds": seconds}


if __name__ == "__main__":
    name, supply, size, cap, gib, cpu = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(float(gib) * 2**30),) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu) + 5))
    print(json.dumps(one(name, supply, size, float(cap))))
