const POLYNOMIAL = 0xedb88320; // of IEEE 802.3, its bits reversed
const SLICES = 8; // bytes that are taken at once
const SIZE = 256; // of a table
const TABLES = /* @__PURE__ */ crcTables();

/** The CRC-32 of the bytes between two places, as Ethernet, gzip and this format have it. */
export function crc32(bytes: Uint8Array, from = 0, end: number = bytes.length): number {
  const whole = end - ((end - from) % SLICES);
  let crc = -1;
  let at = from;
  for (; at < whole; at += SLICES) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      TABLES[7 * SIZE + (crc & 0xff)]! ^
      TABLES[6 * SIZE + ((crc >>> 8) & 0xff)]! ^
      TABLES[5 * SIZE + ((crc >>> 16) & 0xff)]! ^
      TABLES[4 * SIZE + (crc >>> 24)]! ^
      TABLES[3 * SIZE + bytes[at + 4]!]! ^
      TABLES[2 * SIZE + bytes[at + 5]!]! ^
      TABLES[SIZE + bytes[at + 6]!]! ^
      TABLES[bytes[at + 7]!]!;
  }
  for (; at < end; at++) crc = TABLES[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** What a byte adds: one table each for those with no byte behind them, with one, with two … */
function crcTables(): Int32Array {
  const tables = new Int32Array(SLICES * SIZE);
  for (let byte = 0; byte < SIZE; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? POLYNOMIAL ^ (crc >>> 1) : crc >>> 1;
    tables[byte] = crc;
  }
  for (let index = SIZE; index < tables.length; index++) {
    const crc = tables[index - SIZE]!;
    tables[index] = tables[crc & 0xff]! ^ (crc >>> 8);
  }
  return tables;
}
