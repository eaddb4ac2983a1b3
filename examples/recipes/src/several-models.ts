import { merge } from "@millrace/flow";
import { answer } from "./answer.ts";
import { modelOf } from "./model.ts";

const question = "How old are mills?";
const leaving = new AbortController();
const { signal } = leaving;

// Both at once. Each word says whose it is; a model that fails ends its
// own answer and no other.
const answers = merge(
  {
    quick: await answer(modelOf("quick"), question, signal),
    careful: await answer(modelOf("careful"), question, signal),
  },
  { onError: (error, name) => `[${name} broke off: ${String(error)}]` },
);

const columns = { quick: "", careful: "" };
for await (const [name, word] of answers) columns[name] += word;
console.log(columns);
