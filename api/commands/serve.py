"""`yuanping serve`, `yuanping clock`: web and API, and the timer, of this installation."""

import click

from api.commands.ending import orderly, spoken
from api.commands.installation import office_here

SECONDS = 5.0  # between two looks at what is due


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口 / port")
@orderly
def serve(host: str, port: int) -> None:
    """启动网页、接口与时钟 / web, API and clock of this installation."""
    from api.serving import listen, web_of

    with office_here() as office:
        click.echo(f"http://{host}:{port}")
        listen(web_of(office, language=spoken()), host=host, port=port)


@click.command("clock")
@orderly
def clock() -> None:
    """只运行时钟 / only the timer: every due deed, each once however many clocks run."""
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
