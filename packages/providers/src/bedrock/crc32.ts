const POLYNOMIAL = 0xedb88320; // of IEEE 802.3, its bits reversed
const SLICES = 4; // bytes that are taken at once
const tables = crcTables();

/** The CRC-32 of the first bytes, as Ethernet, gzip and this format have it. */
export function crc32(bytes: Uint8Array, end: number = bytes.length): number {
  const [first, second, third, fourth] = tables as [Table, Table, Table, Table];
  const whole = end - (end % SLICES);
  let crc = -1;
  let at = 0;
  for (; at < whole; at += SLICES) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      fourth[crc & 0xff]! ^
      third[(crc >>> 8) & 0xff]! ^
      second[(crc >>> 16) & 0xff]! ^
      first[crc >>> 24]!;
  }
  for (; at < end; at++) crc = first[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

type Table = Int32Array;

/** What a byte adds that has so many bytes behind it, as many tables as bytes are taken at once. */
function crcTables(): Table[] {
  const all = [
    Int32Array.from({ length: 256 }, (_, byte) => {
      let crc = byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? POLYNOMIAL ^ (crc >>> 1) : crc >>> 1;
      return crc;
    }),
  ];
  const [first] = all as [Table];
  while (all.length < SLICES) all.push(all.at(-1)!.map((crc) => first[crc & 0xff]! ^ (crc >>> 8)));
  return all;
}
