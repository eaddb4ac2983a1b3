import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { gatherSockets } from "./gather-sockets.ts";

test("streams that nobody reads cost no more with time, and cutting sockets aborts just theirs", async () => {
  const [sockets, requests] = [8, 40];
  const report = await gatherSockets({ sockets, requests, rounds: 3, WebSocket });
  expect(report.cut.length).toBeGreaterThan(0);
  expect(report.aborted).toEqual(report.cut);
  expect(report.served).toBe(sockets * requests - report.cut.length);
  // What a client has room for, 4 KiB, and a little: 16 items of some 250 bytes each.
  for (const ahead of report.ahead) expect(ahead).toBeLessThan(30);
  const [first, , last] = report.rounds;
  const growth = last!.heap + last!.buffers - (first!.heap + first!.buffers);
  expect(growth / (sockets * requests)).toBeLessThan(4_096);
});
