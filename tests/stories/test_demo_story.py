"""The demonstration with its own seed: the turns that the README promises really happen."""

from pathlib import Path

from api.clock import stopwatch
from api.demo import story, world
from scheduler.events import Out


def test_two_decline_one_is_recused_through_a_parent_company_and_one_is_absent(tmp_path: Path) -> None:
    """The default seed shows every turn once, and the story ends with a report."""
    stage = world.build(tmp_path, world.DEFAULT_SEED, stopwatch)
    told: list[str] = []
    played = story.Story(stage=stage, tell=lambda code, **facts: told.append(code))
    story.run(played)
    outs = [m.out for m in played.state().left()]
    assert (outs.count(Out.DECLINED), outs.count(Out.RECUSED), outs.count(Out.ABSENT)) == (2, 1, 1)
    assert told[-1] == "story.revealed"
