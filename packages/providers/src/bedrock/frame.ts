/** A message of an event stream. */
export interface EventStreamFrame {
  /** Such as `:event-type`. */
  headers: Record<string, EventStreamHeader>;
  payload: Uint8Array;
}

/**
 * Integers of up to 32 bits are numbers, longer ones `bigint`; bytes come as they are, a time as
 * `Date`, a UUID in its usual form.
 */
export type EventStreamHeader = boolean | number | bigint | string | Date | Uint8Array;

/** Refuses what begins at this place of a frame. */
export type Reject = (what: string, at: number) => never;

interface HeaderType {
  /** Of the value, in bytes; undefined if the value begins with it, in two bytes. */
  length: number | undefined;
  read(value: DataView): EventStreamHeader;
}

const UUID_GROUPS = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

const TYPES: readonly HeaderType[] = [
  { length: 0, read: () => true },
  { length: 0, read: () => false },
  { length: 1, read: (value) => value.getInt8(0) },
  { length: 2, read: (value) => value.getInt16(0) },
  { length: 4, read: (value) => value.getInt32(0) },
  { length: 8, read: (value) => value.getBigInt64(0) },
  { length: undefined, read: (value) => bytesOf(value).slice() },
  { length: undefined, read: (value) => decodeUtf8(bytesOf(value)) },
  { length: 8, read: (value) => new Date(Number(value.getBigInt64(0))) },
  { length: 16, read: readUuid },
];

/** Reads the headers that stand between two places of a frame. */
export function readHeaders(
  frame: Uint8Array,
  begin: number,
  end: number,
  reject: Reject,
): EventStreamFrame["headers"] {
  const view = viewOf(frame);
  const entries: [string, EventStreamHeader][] = [];
  let at = begin;
  let start = begin; // of the header at hand

  /** Where a piece begins, which must not reach beyond the headers. */
  function take(length: number): number {
    const from = at;
    at += length;
    return at <= end ? from : reject("a header is longer than the headers", start);
  }

  while (at < end) {
    start = at;
    const nameLength = view.getUint8(take(1));
    const nameAt = take(nameLength);
    const number = view.getUint8(take(1));
    const type = TYPES[number] ?? reject(`a header has the unknown type ${number}`, start);
    const length = type.length ?? view.getUint16(take(2));
    const valueAt = take(length);
    entries.push([
      decodeUtf8(frame.subarray(nameAt, nameAt + nameLength)),
      type.read(viewOf(frame.subarray(valueAt, valueAt + length))),
    ]);
  }
  // This defines members: no name reaches a prototype.
  return Object.fromEntries(entries);
}

/** The number in four bytes, the first of them the greatest. */
export function uint32(bytes: Uint8Array, at: number): number {
  const high = (bytes[at]! << 24) | (bytes[at + 1]! << 16);
  return (high | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

let decoder: TextDecoder | undefined; // made when it is first needed, and not at import time

export function decodeUtf8(bytes: Uint8Array): string {
  decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes);
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function readUuid(value: DataView): string {
  const hex = Array.from(bytesOf(value), (byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").replace(UUID_GROUPS, "$1-$2-$3-$4-$5");
}
