import { pipe } from "@millrace/core";
import { jsonItems } from "@millrace/parsers";
import { z } from "zod";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

const mill = z.object({ name: z.string(), built: z.number() });

const words = await answer(
  model,
  "Ten old mills, as JSON.",
  new AbortController().signal,
);

// Each element as soon as its last bracket has come, while the model
// writes the next one.
const mills = pipe(words, jsonItems("$.mills[*]", { validate: mill }));

let count = 0;
for await (const { name, built } of mills) {
  console.log(`${name}, ${built}`);
  if (++count === 2) break; // leaving the loop ends the request
}
