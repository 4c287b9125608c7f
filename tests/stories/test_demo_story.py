"""The demonstration with its own seed: the turns that the README promises really happen, with real agents."""

from pathlib import Path

from api.custodian.diary import lines
from api.custodian.household import FOLDER, homes_in
from api.demo import story
from scheduler.events import Out
from scheduler.release import SCORES
from tests.cast import on_stage


def test_two_decline_one_is_recused_through_a_parent_company_and_one_is_absent(tmp_path: Path) -> None:
    """The default seed shows every turn once; all three agents refuse the early request; the evaluation survives the
    crash of one and comes to its report."""
    with on_stage(tmp_path) as (stage, company):
        told: list[tuple[str, dict[str, object]]] = []

        def tell(code: str, **facts: object) -> None:
            told.append((code, facts))
            if code == "story.scored":  # two of three will have to do from here on
                company.running["pool"].kill()

        played = story.Story(stage=stage, tell=tell)
        story.run(played)
        processes = list(company.running.values())
        state = played.state()
    outs = [m.out for m in state.left()]
    assert (outs.count(Out.DECLINED), outs.count(Out.RECUSED), outs.count(Out.ABSENT)) == (2, 1, 1)
    assert told[-1][0] == "story.revealed"
    refused = [facts for code, facts in told if code == "story.refused_by"]
    assert {(each["custodian"], each["refusal"]) for each in refused} == {
        (home.name, "key_too_early") for home in homes_in(tmp_path / FOLDER)
    }
    assert all(process.poll() is not None for process in processes)
    for home in homes_in(tmp_path / FOLDER):
        done = lines(home.data)
        assert [line["code"] for line in done if line.get("key") == SCORES and line["what"] == "refused"]
    assert state.ceremonies is not None
