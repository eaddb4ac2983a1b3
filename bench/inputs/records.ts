import { drawInteger, pick, random } from "./random.ts";
import { prose } from "./prose.ts";

/** What a row of a table, an event of a log or an item of a generated list looks like. */
export interface Record {
  id: number;
  name: string;
  kind: "order" | "refund" | "visit";
  done: boolean;
  price: number;
  tags: string[];
  place: { city: string; at: [number, number] } | null;
  text: string;
}

const TEXT_LENGTH = 4_096;
const CITIES = ["Hull", "Ürümqi", "São Paulo", "東京", "Saint-Denis"];
const KINDS = ["order", "refund", "visit"] as const;

/** Records of about 230 characters each as JSON, escapes and other scripts among them. */
export function records(count: number, seed = 5): Record[] {
  const draw = random(seed);
  const words = prose(TEXT_LENGTH).split(" ");
  const text = (most: number) => {
    const from = drawInteger(draw, 0, words.length - most);
    return words.slice(from, from + drawInteger(draw, 1, most)).join(" ");
  };
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: text(3),
    kind: pick(draw, KINDS),
    done: draw() < 0.5,
    price: drawInteger(draw, 0, 100_000) / 100,
    tags: Array.from({ length: drawInteger(draw, 0, 4) }, () => pick(draw, words)),
    place: draw() < 0.2 ? null : { city: pick(draw, CITIES), at: [draw() * 90, -draw() * 180] },
    text: `${String(id)} ${draw() < 0.2 ? `“${text(8)}”\n"${text(4)}"` : text(12)}`,
  }));
}
