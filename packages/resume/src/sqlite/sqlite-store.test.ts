import { storeCases } from "@millrace/testing/store";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { outcomeOf } from "../../../core/src/outcome-of.fixture.ts";
import { record } from "../record.ts";
import { replay } from "../replay.ts";
import { missingSqlite, newDatabaseFile } from "./sqlite-file.fixture.ts";
import { sqliteStore } from "./sqlite-store.ts";

const SOME = { runs: 10 }; // `npm run crash` goes on where this ends

const missing = missingSqlite();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)("sqliteStore", () => {
  const cases = storeCases(() => {
    const { path, remove } = newDatabaseFile();
    const [store, other] = [sqliteStore(path), sqliteStore(path)];
    return {
      store,
      other,
      async close() {
        await Promise.all([store.close(), other.close()]);
        remove();
      },
    };
  }, SOME);
  test.concurrent.each(cases)("$name", ({ run }) => run());

  test("leaves room for others beside a source and a reader that never wait", async () => {
    const { path, remove } = newDatabaseFile();
    const store = sqliteStore(path);
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    const values = Array.from({ length: 20_000 }, (_, index) => index);
    expect(await outcomeOf(record(values, { id: "a", store }))).toEqual({ items: values });
    expect(turns).toBeGreaterThan(5);
    turns = 0;
    expect(await outcomeOf(replay({ id: "a", store }))).toEqual({ items: values });
    expect(turns).toBeGreaterThan(0);
    clearInterval(ticking);
    await store.close();
    remove();
  });

  test("can be closed again", async () => {
    const { path, remove } = newDatabaseFile();
    const store = sqliteStore(path);
    expect((await store.status("a")).state).toBe("missing");
    await Promise.all([store.close(), store.close()]);
    await store.close();
    remove();
  });
});

test("sqliteStore says at once that a runtime has no SQLite, not after the patience of its first call", () => {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  onTestFinished(() => void vi.restoreAllMocks());
  expect(() => sqliteStore("streams.db")).toThrow("Node.js 22.13 or newer");
});
