import { pipe } from "@millrace/core";
import {
  checkJson,
  partialJson,
  ValidationError,
} from "@millrace/parsers";
import { z } from "zod";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

const recipe = z.object({
  name: z.string(),
  minutes: z.number().positive(),
  steps: z.array(z.string()),
});

type Recipe = z.infer<typeof recipe>;

// Members that decide are checked as soon as they are whole, the rest at
// the end.
const validate = checkJson<Recipe>({
  "$.minutes": recipe.shape.minutes,
  $: recipe,
});

const words = await answer(
  model,
  "A recipe for bread, as JSON.",
  new AbortController().signal,
);
const drafts = pipe(words, partialJson({ validate }));

try {
  for await (const { value, complete } of drafts) {
    // All that is there so far. It may lack members, and the last string
    // may still grow.
    console.log(
      complete
        ? `${value.name}: ${value.minutes} min`
        : (value.name ?? "…"),
    );
  }
} catch (error) {
  // The request is ended: nobody pays for the rest of what cannot be
  // used.
  if (!(error instanceof ValidationError)) throw error;
  console.log(`${error.path.join(".")}: ${error.issues[0]?.message}`);
}
