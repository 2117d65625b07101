"""A network that can be broken: a TCP proxy in front of the server.

It delays, slows down, swallows, resets and cuts; a test turns what it wants by setting
an attribute, and lines that are open feel it at once.
"""

import asyncio
import struct
import threading
from socket import SO_LINGER, SOL_SOCKET
from typing import Self

_PIECE = 4096


class Proxy:
    """Passes bytes on between *port* and the server at *target*."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.delay = 0.0
        """Seconds that each piece waits, either way."""
        self.rate = 0.0
        """Bytes per second of each line, either way; 0 is without limit."""
        self.swallows = False
        """Whether bytes vanish, either way, while lines stay open: half-open."""
        self.drops_replies = False
        """Whether the line is cut when the server answers, before the answer."""
        self.refuses = False
        """Whether new lines are closed at once."""
        self.cut_after = 0
        """Bytes of an answer after which the line is cut; 0: never."""
        self.dropped = 0
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        opening = asyncio.run_coroutine_threadsafe(self._open(), self._loop)
        self._server = opening.result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _open(self) -> asyncio.Server:
        return await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    def resets(self) -> None:
        """Reset every line, as a switch that loses power does."""
        self._loop.call_soon_threadsafe(self._reset_all)

    def _reset_all(self) -> None:
        for writer in self._writers:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        try:
            up, out = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, out}
        self._writers |= both
        try:
            await asyncio.gather(
                self._pump(reader, out, is_answer=False),
                self._pump(up, writer, is_answer=True),
            )
        except (OSError, EOFError):
            pass
        finally:
            self._writers -= both
            for one in both:
                one.transport.abort()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        is_answer: bool,
    ) -> None:
        passed = 0
        while data := await reader.read(_PIECE):
            if self.delay:
                await asyncio.sleep(self.delay)
            if self.rate:
                await asyncio.sleep(len(data) / self.rate)
            if self.swallows:
                continue
            if is_answer and self.drops_replies:
                self.dropped += 1
                raise EOFError
            if is_answer and self.cut_after and passed + len(data) > self.cut_after:
                data = data[: max(0, self.cut_after - passed)]
                writer.write(data)
                await writer.drain()
                self.dropped += 1
                raise EOFError
            passed += len(data)
            writer.write(data)
            await writer.drain()
        raise EOFError
