"""A client that none of us wrote: Python's websockets. Exits with 0 if all is as it should be."""

import asyncio
import sys

import websockets

URL = sys.argv[1]
MIB = 1024 * 1024


async def expect(what, actual, expected):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r:.80}, was {actual!r:.80}")
    print("ok", what)


async def receive(socket):
    return await asyncio.wait_for(socket.recv(), 10)


async def fragments(parts):
    for part in parts:
        yield part


async def messages():
    async with websockets.connect(URL, max_size=4 * MIB) as socket:
        await expect("compression", list(socket.extensions), [])
        for what, message in {
            "text": "hello",
            "unicode": "grüße 😀",
            "empty text": "",
            "binary": b"\x00\x01\xff",
            "empty binary": b"",
            "1 MiB text": "x" * MIB,
            "1 MiB binary": b"x" * MIB,
        }.items():
            await socket.send(message)
            await expect(what, await receive(socket), message)
        await socket.send(fragments(["a", "", "ü", "c" * 70000]))
        await expect("fragmented text", await receive(socket), "aü" + "c" * 70000)
        await socket.send(fragments([b"a", b"", b"c" * 70000]))
        await expect("fragmented binary", await receive(socket), b"a" + b"c" * 70000)
        await asyncio.wait_for(await socket.ping(b"are you there"), 10)
        print("ok ping")


async def closes():
    for code in (1000, 3000, 4999):
        async with websockets.connect(URL) as socket:
            await socket.close(code, "grüße")
            await expect(f"close {code} of the client", socket.close_code, code)
        async with websockets.connect(URL) as socket:
            await socket.send(f"close {code}")
            try:
                await receive(socket)
                raise AssertionError("not closed")
            except websockets.ConnectionClosed as closed:
                await expect(f"close {code} of the server", (closed.rcvd.code, closed.rcvd.reason), (code, "asked"))
    async with websockets.connect(URL) as socket:
        await socket.send("x" * (MIB + 1))
        try:
            await receive(socket)
            raise AssertionError("not closed")
        except websockets.ConnectionClosed as closed:
            await expect("too big", closed.rcvd.code, 1009)


async def handshakes():
    async with websockets.connect(URL, subprotocols=["v9", "v1"]) as socket:
        await expect("subprotocol", socket.subprotocol, "v1")
    try:
        async with websockets.connect(URL, origin="https://evil.example"):
            raise AssertionError("foreign origin was let in")
    except websockets.InvalidStatusCode as refused:
        await expect("foreign origin", refused.status_code, 403)
    try:
        async with websockets.connect(URL + "/nowhere"):
            raise AssertionError("unknown path was let in")
    except websockets.InvalidStatusCode as refused:
        await expect("unknown path", refused.status_code, 404)


async def crowd():
    async def one(number):
        async with websockets.connect(URL) as socket:
            for i in range(20):
                await socket.send(f"{number} {i}")
                assert await receive(socket) == f"{number} {i}"

    await asyncio.gather(*(one(number) for number in range(100)))
    print("ok crowd")


async def main():
    await messages()
    await closes()
    await handshakes()
    await crowd()


asyncio.run(main())
