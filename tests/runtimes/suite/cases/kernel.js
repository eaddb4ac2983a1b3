import {
  decodeText,
  fuse,
  isStageError,
  pipe,
  run,
  stage,
  take,
  toTransformStream,
} from "@millrace/core";
import { lines } from "@millrace/buffers";
import { failingSource, slowReader } from "@millrace/testing";
import { equal, failureOf, readAll } from "../expect.js";

const twice = () =>
  stage((emit) => ({
    push(text) {
      emit(text);
      emit(text.toUpperCase());
    },
  }));

const wordsOf = ["mi", "ll\nra", "ce"];
const expected = ["mill\n", "MILL\n", "race", "RACE"];

export const kernel = {
  async "A stage is run, piped, fused and chained alike"() {
    equal(run(fuse(lines(), twice()), wordsOf), expected);
    equal(await readAll(pipe(wordsOf, lines(), twice())), expected);
    equal(await readAll(pipe(wordsOf).pipeThrough(lines()).pipeThrough(twice())), expected);
    const transform = toTransformStream(fuse(lines(), twice()));
    equal(transform instanceof TransformStream, true);
    // A stream of the platform's own: not every browser can iterate it.
    equal(await readAll(pipe(pipe(wordsOf).pipeThrough(transform))), expected);
  },

  async "Bytes of a body become text, cut in the middle of a character"() {
    const bytes = new TextEncoder().encode("Wasser läuft 🌊");
    const units = Array.from(bytes, (byte) => Uint8Array.of(byte));
    equal((await readAll(pipe(units, decodeText()))).join(""), "Wasser läuft 🌊");
    const body = new Response(bytes).body;
    equal((await readAll(body.pipeThrough(decodeText()))).join(""), "Wasser läuft 🌊");
  },

  async "Data comes before the error"() {
    const broken = failingSource(["a\nb\n", "c"], new Error("connection lost"));
    const { outputs, ending } = await slowReader(broken.pipeThrough(lines()));
    equal(outputs, ["a\n", "b\n", "c"]);
    equal(ending.type, "error");
  },

  async "A limit trips, with a typed error"() {
    const error = await failureOf(readAll(pipe(["x".repeat(100)], lines({ maxLength: 10 }))));
    equal(isStageError(error, "limit"), true);
    equal(error instanceof RangeError, true);
  },

  async "An early end cancels the source"() {
    let returned = false;
    async function* endless() {
      try {
        for (;;) yield "mill";
      } finally {
        returned = true;
      }
    }
    equal(await readAll(pipe(endless(), take(2))), ["mill", "mill"]);
    equal(returned, true);
  },
};
