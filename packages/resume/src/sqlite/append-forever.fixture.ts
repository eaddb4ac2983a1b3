import { sqliteStore } from "./sqlite-store.ts";

// A process that appends as fast as it can, and says what was confirmed, until somebody kills it.

const [path, id] = process.argv.slice(2);
const store = sqliteStore(path!);
const { epoch } = (await store.acquire(id!, { lease: 500, ttl: 60_000 }))!;
for (let seq = 1; ; seq++) {
  await store.append(id!, epoch, [{ seq, text: `entry ${String(seq)}` }]);
  process.stdout.write(`${String(seq)}\n`);
}
