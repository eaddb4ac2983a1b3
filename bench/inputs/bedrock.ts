import { crc32 } from "node:zlib";
import { deltas } from "./deltas.ts";
import { drawInteger, random } from "./random.ts";

const PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** The frames of a streamed Converse answer; each has padding of random length. */
export function converseFrames(count: number): Uint8Array[] {
  const draw = random(5);
  const event = (name: string, rest: object): Uint8Array =>
    frame(name, JSON.stringify({ ...rest, p: PADDING.slice(0, drawInteger(draw, 0, 60)) }));
  return [
    event("messageStart", { role: "assistant" }),
    ...deltas(count).map((text) =>
      event("contentBlockDelta", { contentBlockIndex: 0, delta: { text } }),
    ),
    event("contentBlockStop", { contentBlockIndex: 0 }),
    event("messageStop", { stopReason: "end_turn" }),
    event("metadata", { usage: { inputTokens: 117, outputTokens: count } }),
  ];
}

function frame(name: string, payload: string): Uint8Array {
  const headers = Buffer.concat(
    Object.entries({
      ":event-type": name,
      ":content-type": "application/json",
      ":message-type": "event",
    }).map(([key, value]) => {
      const length = Buffer.from([value.length >> 8, value.length & 0xff]);
      return Buffer.concat([
        Buffer.from([key.length]),
        Buffer.from(key),
        Buffer.from([7]),
        length,
        Buffer.from(value),
      ]);
    }),
  );
  const body = Buffer.from(payload);
  const bytes = Buffer.alloc(16 + headers.length + body.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(headers.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  headers.copy(bytes, 12);
  body.copy(bytes, 12 + headers.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return new Uint8Array(bytes);
}
