import { prose } from "./prose.ts";
import { drawInteger, pick, random } from "./random.ts";

/** What a model writes when it is asked for structured output. */
export interface Article {
  title: string;
  language: string;
  sections: Section[];
}

interface Section {
  heading: string;
  done: boolean;
  paragraphs: string[];
  sources: { id: number; url: string; score: number | null }[];
}

const FEWEST_WORDS = 30;
const MOST_WORDS = 120;
const MOST_OF_A_KIND = 6;
const TOPICS = ["mills", "rivers", "grain", "bread"];

/** An article of about that length as JSON, with quotes, line ends and other scripts in it. */
export function article(length: number): Article {
  const draw = random(8);
  const words = prose(length).split(" ");
  let used = 0;
  const text = (count: number) => words.slice(used, (used += count)).join(" ");
  const some = <T>(make: () => T) =>
    Array.from({ length: drawInteger(draw, 1, MOST_OF_A_KIND) }, make);
  const sections: Section[] = [];
  for (let written = 0; written < length;) {
    const section = {
      heading: text(4),
      done: draw() < 0.5,
      paragraphs: some(() => {
        const ending = draw() < 0.3 ? '\n\n"Ürümqi, 東京"' : "";
        return text(drawInteger(draw, FEWEST_WORDS, MOST_WORDS)) + ending;
      }),
      sources: some(() => ({
        id: drawInteger(draw, 1, 100_000),
        url: `https://example.com/${pick(draw, TOPICS)}`,
        score: draw() < 0.2 ? null : drawInteger(draw, 0, 1_000) / 100,
      })),
    };
    written += JSON.stringify(section).length;
    sections.push(section);
  }
  return { title: text(5), language: "en", sections };
}
