import { record, replay } from "@millrace/resume";
import { sqliteStore } from "@millrace/resume/sqlite";
import { equal, readAll } from "../expect.js";

/** What needs the SQLite of the runtime. */
export const ofSqlite = {
  async "A stream is recorded in the SQLite of the runtime"() {
    const store = sqliteStore(":memory:");
    equal(await readAll(record(["mill", "race"], { id: "answer", store })), ["mill", "race"]);
    equal(await readAll(replay({ id: "answer", store, after: 1 })), ["race"]);
    await store.close();
  },
};
