"""`yuanping doctor`: what is wrong with this installation, in sentences."""

import click

from api.commands.ending import answer, orderly, spoken
from api.commands.installation import settings_here
from api.words import say

FAILED = 1


@click.command("doctor")
@orderly
def doctor() -> None:
    """检查本机安装 / what is wrong with this installation; exit 1 when something is."""
    from api.doctoring import complaints

    settings = settings_here()
    found = complaints(settings)
    for code, facts in found:
        answer(say(f"doctor.{code}", spoken(), **facts))
    if found:
        raise SystemExit(FAILED)
    answer(say("doctor.well", spoken(), data=settings.data_dir))
