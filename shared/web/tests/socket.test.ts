import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocketServer, type WebSocket as ServerSocket } from "ws";
import type { ConnectionState } from "@course/web/reconnect";
import { openSocket, type SocketOptions } from "@course/web/socket";

async function serve(onConnection: (socket: ServerSocket, count: number) => void) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const received: unknown[] = [];
  let count = 0;
  server.on("connection", (socket) => {
    count += 1;
    socket.on("message", (data) => received.push(JSON.parse(String(data))));
    onConnection(socket, count);
  });
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function open(url: string, options: Partial<SocketOptions> = {}) {
  const messages: unknown[] = [];
  const states: ConnectionState[] = [];
  const socket = openSocket({
    url,
    backoff: { from: 1, to: 10 },
    onMessage: (message) => void messages.push(message),
    onState: (state) => void states.push(state),
    ...options,
  });
  onTestFinished(socket.close);
  return { socket, messages, states };
}

test("messages go both ways, and what is no JSON is passed over", async () => {
  const { url, received } = await serve((socket) => {
    socket.send("{");
    socket.send('{"said":"안녕"}');
  });

  const { socket, messages } = open(url);
  expect(socket.send({ before: "open" })).toBe(true);
  await vi.waitFor(() => expect(messages).toEqual([{ said: "안녕" }]));
  socket.send({ after: "open" });

  await vi.waitFor(() => expect(received).toEqual([{ before: "open" }, { after: "open" }]));
});

test("after a break it says first where it stopped, then what was held back", async () => {
  const { url, received } = await serve((socket, count) => {
    if (count === 1) socket.close(1011);
  });
  let seen = 0;

  const { socket, states } = open(url, { resume: () => ({ after: (seen += 1) }) });
  await vi.waitFor(() => expect(states).toContain("waiting"));
  socket.send("held back");

  await vi.waitFor(() => expect(received).toEqual([{ after: 1 }, { after: 2 }, "held back"]));
});

test("only so much is held back", () => {
  const { socket } = open("ws://127.0.0.1:1", { mostWaiting: 2 });

  expect([socket.send(1), socket.send(2), socket.send(3)]).toEqual([true, true, false]);
});

test.each([1008, 4401])("a refusal is final: %i", async (code) => {
  const { url } = await serve((socket) => socket.close(code));

  const { socket, states } = open(url);
  await vi.waitFor(() => expect(states.at(-1)).toBe("closed"));

  expect(socket.send("too late")).toBe(false);
});

test("a line that answers no heartbeat is given up", async () => {
  const { url, received } = await serve((socket, count) => {
    if (count === 2) socket.send('"alive"');
  });

  const { messages } = open(url, { heartbeat: { message: "beat", everyMs: 15 } });

  await vi.waitFor(() => expect(messages).toEqual(["alive"]));
  expect(received).toContain("beat");
});

test("closed is closed", async () => {
  const { url } = await serve((socket) => socket.send('"hello"'));

  const { socket, messages, states } = open(url);
  await vi.waitFor(() => expect(messages).toHaveLength(1));
  socket.close();
  socket.close();

  expect(states).toEqual(["connecting", "open", "closed"]);
});
