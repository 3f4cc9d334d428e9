"""Tells a waiting person what is being done and for how long: a live line on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

console = Console(highlight=False)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Show `text` while the block runs, then the seconds it took; a failed block is marked and raised on."""
    started = time.monotonic()
    try:
        if console.is_terminal:
            columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
            with Progress(*columns, console=console, transient=True) as progress:
                progress.add_task(text)
                yield
        else:
            console.print(f"… {text}")
            yield
    except BaseException:
        console.print(f"[red]✗[/red] {text}  {time.monotonic() - started:.1f} s")
        raise
    console.print(f"[green]✓[/green] {text}  {time.monotonic() - started:.1f} s")
