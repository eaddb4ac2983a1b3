import * as fc from "fast-check";
import { object, piece } from "../chunks.fixture.ts";

const call = object({
  id: fc.constantFrom("a", "b", "tool-0", ""),
  function: object({ index: fc.nat(3), name: fc.constantFrom("f", "g", ""), arguments: piece }),
});

/** Lines as no server should send them. */
export const hostileLine: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 9,
    arbitrary: object({
      model: piece,
      created_at: piece,
      message: object({
        role: fc.constantFrom("assistant", ""),
        content: piece,
        thinking: piece,
        images: fc.array(piece, { maxLength: 2 }),
        tool_calls: fc.array(call, { maxLength: 2 }),
        unheard_of: piece,
      }),
      response: piece,
      thinking: piece,
      image: piece,
      completed: fc.nat(9),
      total: fc.nat(9),
      logprobs: fc.array(object({ token: piece }), { maxLength: 1 }),
      done: fc.boolean(),
      done_reason: fc.constantFrom("stop", "length", "load", ""),
      eval_count: fc.nat(),
      error: piece,
      value: fc.constant(undefined),
    }),
  },
);
