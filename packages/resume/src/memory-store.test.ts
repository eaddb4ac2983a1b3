import { fakeClock } from "@millrace/testing";
import { storeCases } from "@millrace/testing/store";
import { describe, test } from "vitest";
import { memoryStore } from "./memory-store.ts";

describe("memoryStore", () => {
  for (const { name, run } of storeCases(() => {
    const clock = fakeClock();
    return { store: memoryStore({ clock }), pass: clock.advance };
  })) {
    test(name, run);
  }
});
