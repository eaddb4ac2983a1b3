import { pipe } from "@millrace/core";
import { stopAt, tags } from "@millrace/parsers";
import { onText, thinkTags } from "@millrace/parts";
import { ask } from "@millrace/providers";
import { model } from "./model.ts";

// Many models that one runs oneself write what they think between tags,
// and go on with the next question of the user when nobody stops them.
const parts = pipe(
  await ask(model, "Which wheel is best?"),
  thinkTags(() => tags("think")), // thoughts become reasoning
  onText(() => stopAt("\nUser:")), // ends the answer, and the request
);

for await (const part of parts) {
  if (part.type === "reasoning-delta")
    process.stdout.write(`(${part.delta})`);
  if (part.type === "text-delta") process.stdout.write(part.delta);
  if (part.type === "finish")
    console.log(`\n${part.finishReason.unified}`);
}
