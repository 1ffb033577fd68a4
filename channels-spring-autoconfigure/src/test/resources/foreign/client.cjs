"use strict";

// A client that none of us wrote: Node's ws. Exits with 0 if all is as it should be.

const assert = require("node:assert");
const WebSocket = require(process.env.WS_MODULE || "/usr/share/nodejs/ws");

const URL = process.argv[2];
const MIB = 1024 * 1024;

function once(socket, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within 10 s`)), 10000);
    socket.once(event, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
    if (event !== "error" && event !== "close") {
      socket.once("error", reject);
    }
  });
}

async function open(...args) {
  const socket = new WebSocket(URL, ...args);
  await once(socket, "open");
  return socket;
}

async function echo(socket, what, message) {
  const answer = once(socket, "message");
  socket.send(message);
  const [data, isBinary] = await answer;
  assert.strictEqual(isBinary, Buffer.isBuffer(message), what);
  assert.ok(Buffer.from(message).equals(data), what);
  console.log("ok", what);
}

async function messages() {
  const socket = await open({ maxPayload: 4 * MIB, perMessageDeflate: true });
  assert.strictEqual(socket.extensions, "");
  await echo(socket, "text", "grüße 😀");
  await echo(socket, "empty text", "");
  await echo(socket, "binary", Buffer.from([0, 1, 255]));
  await echo(socket, "empty binary", Buffer.alloc(0));
  await echo(socket, "1 MiB text", "x".repeat(MIB));
  await echo(socket, "1 MiB binary", Buffer.alloc(MIB, 7));
  const answer = once(socket, "message");
  socket.send("a", { fin: false });
  socket.ping("between fragments");
  socket.send("", { fin: false });
  socket.send("b", { fin: true });
  const pong = once(socket, "pong");
  assert.strictEqual((await answer)[0].toString(), "ab");
  console.log("ok fragments");
  socket.ping("late");
  await pong;
  console.log("ok pong");
  socket.close(3001, "bye");
  assert.strictEqual((await once(socket, "close"))[0], 3001);
  console.log("ok close of the client");
}

async function closes() {
  const socket = await open();
  socket.send("close 4321");
  const [code, reason] = await once(socket, "close");
  assert.deepStrictEqual([code, reason.toString()], [4321, "asked"]);
  console.log("ok close of the server");
  for (let i = 0; i < 200; i++) {
    const rude = await open();
    rude.send("gone before the answer");
    rude.terminate();
  }
  console.log("ok 200 terminated");
}

async function handshakes() {
  const socket = await open(["v9", "v1"]);
  assert.strictEqual(socket.protocol, "v1");
  socket.close();
  const refused = new WebSocket(URL, { origin: "https://evil.example" });
  const [, response] = await once(refused, "unexpected-response");
  assert.strictEqual(response.statusCode, 403);
  refused.on("error", () => {});
  refused.terminate();
  console.log("ok handshakes");
}

messages().then(closes).then(handshakes).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
