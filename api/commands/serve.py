"""`yuanping serve`, `clock`, `worker`: web and API, and what does the due deeds of this installation."""

from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace

import click

from api.commands.ending import orderly, spoken
from api.commands.installation import office_here, settings_here
from api.words import say

SECONDS = 5.0  # between two looks at what is due
EVERY = 0.5  # between two rounds of an agent on this machine
PATIENCE = 4.0  # seconds a person at a desk waits for the custodians' agents


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口 / port")
@orderly
def serve(host: str, port: int) -> None:
    """启动网页、接口与时钟 / web, API and clock of this installation."""
    from api.serving import bound, listen, web_of

    with office_here() as office, ExitStack() as stack:
        try:
            listener = stack.enter_context(bound(host, port))
        except OSError:
            raise click.UsageError(say("serve.port", spoken(), host=host, port=port)) from None
        address = f"http://{host}:{listener.getsockname()[1]}"
        click.echo(address)
        stack.enter_context(_agents(address))
        owner = office.keys.owner
        experts_at = owner.url if owner is not None else ""
        web = web_of(replace(office, patience=PATIENCE), language=spoken(), experts_at=experts_at)
        listen(web, listener)


def _agents(address: str) -> AbstractContextManager[object]:
    """The agents of custodians who live on this machine, for a trial; in earnest there are none here."""
    from api.custodian.company import Company, agent
    from api.custodian.household import FOLDER, homes_in

    homes = homes_in(settings_here().data_dir / FOLDER)
    if not homes:
        return nullcontext()
    click.echo(say("serve.agents", spoken(), count=len(homes)))
    return Company(agent(home, address, EVERY) for home in homes)


@click.command("clock")
@orderly
def clock() -> None:
    """只运行时钟 / only the timer: every due deed, each once however many clocks run."""
    _ring()


@click.command("worker")
@orderly
def worker() -> None:
    """再加一个干活的进程：到期事项就是队列 / one more process for the work: what is due is the queue.

    The queue is no table of its own: it is what every case's history makes due, and recording refuses a deed that
    another process has done. Any number may run beside `serve` and `clock`.
    """
    _ring()


def _ring() -> None:
    from threading import Event

    from api.serving import tick
    from scheduler.timers import Alarm

    with office_here() as office:
        alarm = Alarm(lambda: tick(office), SECONDS)
        alarm.start()
        try:
            Event().wait()
        finally:
            alarm.stop()
