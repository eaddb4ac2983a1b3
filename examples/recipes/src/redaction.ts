import { pipe } from "@millrace/core";
import { redact } from "@millrace/parsers";
import { onText, text } from "@millrace/parts";
import { ask } from "@millrace/providers";
import { model } from "./model.ts";

const secrets = [
  "Rumpelstiltskin",
  {
    match: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/,
    maxMatch: 254,
    replacement: "[address]",
  },
  {
    match: /\d{4}(?:[ -]?\d{4}){3}/,
    replacement: (digits: string) => `•••• ${digits.slice(-4)}`,
  },
];

// On the parts of the answer, so that its calls, its usage and its errors
// stay what they are. Nothing of a match comes out, wherever the network
// cuts it: what may become one is held until it is decided.
const parts = pipe(
  await ask(model, "Who is the miller?"),
  onText(() => redact(secrets)),
);

for await (const piece of pipe(parts, text()))
  process.stdout.write(piece);
