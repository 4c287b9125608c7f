"""Is a PLAN.json lawful for its WORLD? Written from docs/formats/plan.md alone; shares no code with the planner."""

import csv
import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one file of the world; none where the file is not there."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class World:
    """The files of a world by id."""

    def __init__(self, folder: Path) -> None:
        self.experts = {row["expert"]: row for row in rows(folder, "experts")}
        self.sites = {row["site"]: row for row in rows(folder, "sites")}
        self.windows = {row["window"]: row for row in rows(folder, "windows")}
        self.lots = {row["lot"]: row for row in rows(folder, "lots")}
        self.recused = {(row["lot"], row["expert"]) for row in rows(folder, "recusals")}
        self.busy = {(row["expert"], row["window"]) for row in rows(folder, "busy")}

    def overlap(self, one: str, other: str) -> bool:
        a, b = self.windows[one], self.windows[other]
        return one == other or (a["day"] == b["day"] and a["start"] < b["end"] and b["start"] < a["end"])


def faults_of_plan(folder: Path, plan: dict[str, Any], *, drawn: bool = True) -> list[str]:
    """Everything in the plan that the contract forbids; empty: it is lawful."""
    world = World(folder)
    found = list(_shape(world, plan))
    for lot in plan["lots"]:
        found += _sites(world, lot)
        if drawn:
            found += _panel(world, lot)
    if drawn:
        found += _people(world, plan["lots"])
        found += _seats(world, plan["lots"])
    return found


def _shape(world: World, plan: dict[str, Any]) -> list[str]:
    found = []
    if set(plan) != {"lots", "unplaced", "proved", "upper_bound_lots", "seconds"}:
        found.append(f"keys {sorted(plan)}")
    told = Counter(lot["lot"] for lot in plan["lots"] + plan["unplaced"])
    if told != Counter(world.lots.keys()):
        found.append("not every lot stands once in lots or unplaced")
    if plan["upper_bound_lots"] < len(plan["lots"]) or plan["upper_bound_lots"] > len(world.lots):
        found.append("the bound is no bound")
    if plan["proved"] and plan["upper_bound_lots"] != len(plan["lots"]):
        found.append("proved, yet the bound is another number")
    for lot in plan["unplaced"]:
        if not lot["clash"] or not all(each["rule"] and each["says"] for each in lot["clash"]):
            found.append(f"{lot['lot']}: no reason")
    return found


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _sites(world: World, placed: dict[str, Any]) -> list[str]:
    lot, name = world.lots[placed["lot"]], placed["lot"]
    found = []
    allowed = lot["windows"].split(";") if lot["windows"] else list(world.windows)
    if placed["window"] not in allowed or placed["window"] not in world.windows:
        found.append(f"{name}: window {placed['window']}")
    if placed["host_site"] != lot["host_site"]:
        found.append(f"{name}: host {placed['host_site']}")
    guests = placed["guest_sites"]
    least, most = _number(lot["guest_sites_min"]) or 0, _number(lot["guest_sites_max"])
    if len(guests) < least or (most is not None and len(guests) > most) or len(set(guests)) != len(guests):
        found.append(f"{name}: {len(guests)} guests")
    host_city = world.sites[lot["host_site"]]["region"][:4]
    for guest in guests:
        if world.sites[guest]["region"][:4] == host_city:
            found.append(f"{name}: guest {guest} in the host's city")
    return found


def _panel(world: World, placed: dict[str, Any]) -> list[str]:
    lot, name, panel = world.lots[placed["lot"]], placed["lot"], placed["panel"]
    found = []
    wanted: Counter[str] = Counter()
    for seat in lot["seats"].split(";"):
        code, count = seat.split(":")
        wanted[code] += int(count)
    if Counter(seat["speciality"] for seat in panel) != wanted:
        found.append(f"{name}: other seats than asked for")
    for seat in panel:
        expert = world.experts.get(seat["expert"])
        if expert is None:
            found.append(f"{name}: {seat['expert']} unknown")
            continue
        if not any(code.startswith(seat["speciality"]) for code in expert["specialities"].split(";")):
            found.append(f"{name}: {seat['expert']} has no {seat['speciality']}")
        if seat["site"] not in [placed["host_site"], *placed["guest_sites"]]:
            found.append(f"{name}: {seat['site']} is no site of the lot")
        elif world.sites[seat["site"]]["region"][:4] != expert["region"][:4]:
            found.append(f"{name}: {seat['expert']} sits in another city")
        if (name, seat["expert"]) in world.recused:
            found.append(f"{name}: {seat['expert']} is recused")
    return found + _limits(
        name, lot, [world.experts[s["expert"]] for s in panel if s["expert"] in world.experts]
    )


def _limits(name: str, lot: dict[str, str], people: list[dict[str, str]]) -> list[str]:
    found = []
    if len({one["expert"] for one in people}) != len(people):
        found.append(f"{name}: somebody sits twice")

    def most_of(values: list[str]) -> int:
        return max(Counter(value for value in values if value).values(), default=0)

    tests = (
        ("same_employer_max", most_of([one.get("employer", "") for one in people])),
        ("same_region_max", most_of([one["region"] for one in people])),
        ("host_region_max", sum(one["region"] == lot["region"] for one in people)),
    )
    for column, count in tests:
        bound = _number(lot[column])
        if bound is not None and count > bound:
            found.append(f"{name}: {column} {count} > {bound}")
    if most_of([one.get("household") or "" for one in people]) > 1:
        found.append(f"{name}: one household twice")
    away = sum(one["region"][:4] != lot["region"][:4] for one in people)
    if away < (_number(lot["offsite_min"]) or 0):
        found.append(f"{name}: only {away} off-site")
    return found


def _people(world: World, lots: list[dict[str, Any]]) -> list[str]:
    found = []
    sits: dict[str, list[tuple[str, str]]] = {}
    for lot in lots:
        for seat in lot["panel"]:
            sits.setdefault(seat["expert"], []).append((lot["lot"], lot["window"]))
    for expert, held in sits.items():
        for (one, w1), (other, w2) in itertools.combinations(held, 2):
            if world.overlap(w1, w2):
                found.append(f"{expert} sits in {one} and {other} at once")
        days = Counter(world.windows[window]["day"] for _, window in held)
        if max(days.values()) > 2:
            found.append(f"{expert} sits more than twice a day")
        for lot, window in held:
            if any(who == expert and world.overlap(busy, window) for who, busy in world.busy):
                found.append(f"{expert} is busy during {lot}")
    return found


def _seats(world: World, lots: list[dict[str, Any]]) -> list[str]:
    found = []
    for at, moment in world.windows.items():
        used: Counter[str] = Counter()
        for lot in lots:
            w = world.windows[lot["window"]]
            if w["day"] == moment["day"] and w["start"] <= moment["start"] < w["end"]:
                used[lot["host_site"]] += int(world.lots[lot["lot"]].get("owner_reps") or 0)
                used.update(seat["site"] for seat in lot["panel"])
        for site, count in used.items():
            if count > int(world.sites[site]["seats"]):
                found.append(f"{site} holds {count} when {at} begins")
    return found


def faults_of_file(folder: Path, plan: Path, *, drawn: bool = True) -> list[str]:
    """Like faults_of_plan, for a file."""
    return faults_of_plan(folder, json.loads(plan.read_text(encoding="utf-8")), drawn=drawn)
