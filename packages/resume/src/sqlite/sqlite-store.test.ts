import { storeCases } from "@millrace/testing/store";
import { describe, expect, onTestFinished, test, vi } from "vitest";
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
