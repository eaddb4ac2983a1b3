import { crc32 } from "node:zlib";
import type { EventStreamFrame } from "./frame.ts";

const encoder = new TextEncoder();

export function join(...pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function number(value: number, length = 4): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (value / 256 ** (length - 1 - index)) & 0xff);
}

export function text(value: string): Uint8Array {
  return encoder.encode(value);
}

/** A header with a value as it is on the wire. */
export function header(name: string, type: number, value: Uint8Array): Uint8Array {
  return join(number(text(name).length, 1), text(name), number(type, 1), value);
}

export function textHeader(name: string, value: string): Uint8Array {
  return header(name, 7, join(number(text(value).length, 2), text(value)));
}

/** The bytes of a frame; lengths and checksums may be wrong ones. */
export function frame(
  headers: Uint8Array,
  payload: Uint8Array,
  wrong: { length?: number; headersLength?: number; preludeCrc?: number; crc?: number } = {},
): Uint8Array<ArrayBuffer> {
  const length = wrong.length ?? 16 + headers.length + payload.length;
  const lengths = join(number(length), number(wrong.headersLength ?? headers.length));
  const start = join(lengths, number(wrong.preludeCrc ?? crc32(lengths)), headers, payload);
  return join(start, number(wrong.crc ?? crc32(start)));
}

/** A frame that brings an event of this name. */
export function eventBytes(name: string, payload: unknown): Uint8Array<ArrayBuffer> {
  const headers = [
    textHeader(":event-type", name),
    textHeader(":content-type", "application/json"),
    textHeader(":message-type", "event"),
  ];
  return frame(join(...headers), text(JSON.stringify(payload)));
}

/** The same as `decodeEventStream` has it. */
export function eventFrame(name: string, payload: unknown): EventStreamFrame {
  const headers = { ":event-type": name, ":message-type": "event" };
  return {
    headers,
    payload: text(typeof payload === "string" ? payload : JSON.stringify(payload)),
  };
}

export function exceptionFrame(type: string, payload: unknown): EventStreamFrame {
  const headers = { ":exception-type": type, ":message-type": "exception" };
  return {
    headers,
    payload: text(typeof payload === "string" ? payload : JSON.stringify(payload)),
  };
}
