import { storeCases } from "@millrace/testing/store";
import { describe, expect, test } from "vitest";
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
