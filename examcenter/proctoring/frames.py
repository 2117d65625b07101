"""Messages between the analyst and its child: four bytes of length, then the bytes."""

import socket

_LENGTH = 4


def send(channel: socket.socket, message: bytes) -> None:
    """Send *message* whole; raises OSError (TimeoutError too) when that fails."""
    channel.sendall(len(message).to_bytes(_LENGTH, "big") + message)


def receive(channel: socket.socket, *, most: int) -> bytes:
    """Return the next message, of at most *most* bytes.

    Raises EOFError when the other side is gone, OSError when the channel fails and
    ValueError when a longer message is announced.
    """
    size = int.from_bytes(_exactly(channel, _LENGTH), "big")
    if size > most:
        raise ValueError(f"a message of {size} bytes, {most} are read")
    return _exactly(channel, size)


def _exactly(channel: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = channel.recv(min(size - len(data), 1 << 16))
        if not piece:
            raise EOFError("the other side is gone")
        data += piece
    return bytes(data)
