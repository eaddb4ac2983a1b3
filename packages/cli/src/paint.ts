import { styleText } from "node:util";
import type { Output } from "./host.ts";

export type Paint = Readonly<Record<Colour, (text: string) => string>>;

const COLOURS = ["bold", "dim", "red", "green", "yellow", "cyan"] as const;
type Colour = (typeof COLOURS)[number];

/** Colours for an output that shows them; for any other, texts as they are. */
export function paintFor({ hasColours }: Output): Paint {
  const of = (colour: Colour) => (text: string) =>
    // Whether the output shows colours has been decided: it is not for `styleText` to look again.
    hasColours && text !== "" ? styleText(colour, text, { validateStream: false }) : text;
  return Object.fromEntries(COLOURS.map((colour) => [colour, of(colour)])) as unknown as Paint;
}
