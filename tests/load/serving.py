"""A server of a few lines, for what a client does on lines that end or stay silent."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

Answers = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def talks_to(answers: Answers, acts: Callable[[int], Awaitable[None]]) -> None:
    """Run *acts* with the port of a server that does *answers* on every line."""
    asyncio.run(_talk(answers, acts))


async def _talk(answers: Answers, acts: Callable[[int], Awaitable[None]]) -> None:
    lines: set[asyncio.Task[None]] = set()

    async def line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        lines.add(task)
        with suppress(ConnectionError):
            await answers(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(line, "127.0.0.1", 0)
    await acts(server.sockets[0].getsockname()[1])
    server.close()
    await asyncio.wait_for(asyncio.gather(*lines), timeout=5)
