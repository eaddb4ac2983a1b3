import { sentences } from "@millrace/buffers";
import { cases } from "../../packages/buffers/src/sentences/cases.fixture.ts";
import {
  BAR,
  byMillrace,
  bySbd,
  bySegmenter,
  bySentencex,
  bySentenceSplitter,
  isSplitRight,
  unmarked,
  type Split,
} from "../contenders/sentences.ts";
import { cutText } from "../inputs/chunks.ts";
import { prose } from "../inputs/prose.ts";
import { fromPeer } from "../src/peer.ts";
import type { Contender, Row, Sink, Target, Workload } from "../src/workload.ts";

const LENGTH = 262_144;
const SPLITTER_LENGTH = 16_384;
const REPEATED = 4;
const HOSTILE_LENGTH = 1_000_000;
const NETWORK_CHUNK = 65_536;
const DELTA = 5;

// Of our own writing, and with marks as dense as they come.
const TEXTS = {
  chat: `Sure! Here's what I'd do: first, check "config.yaml" (v1.2.3), then run \`npm test\`... Dr. Smith said, "It works." But does it? **Note:** see https://a.example/b?c=d. It cost $3.50, i.e. 20% less.\n\n1. Open it.\n2. Close it!\n- Done (really).\n\n`,
  initials: `A. b! "C?" (d.) e... F; g: h, i. `,
  Chinese: `他说：“今天天气很好。”然后，他走了！我们明天再见吧？这是一个例子，价格是3.5元。`,
  Russian: `Мельница стоит у реки, и колесо её вращает вода. Проф. Иванов сказал: «Это было в 1990 г. и позже». Кто знает? Никто! `,
};

export const workload: Workload = {
  about: "Sentences: what the stage costs beside the platform's segmenter, and the peers",
  rows: [
    row("prose", prose, NETWORK_CHUNK, "outputs", { atMost: 1.2 }),
    row("prose", prose, DELTA, "outputs"),
    ...Object.entries(TEXTS).map(([name, text]) =>
      row(name, repeat(text), NETWORK_CHUNK, "joined"),
    ),
    splitters("prose", (size) => ({ en: [prose(size).replaceAll(/[.!?] /g, `$&${BAR}`)] })),
    splitters("the cases of the tests", () => cases),
    ...[".", "?!", '"', " ", "(", "\u0301", "a.b.", "A. ", ".<a"].map(hostile),
  ],
};

function row(
  name: string,
  text: (length: number) => string,
  chunkLength: number,
  equal: Row["equal"],
  ...targets: Target[]
): Row {
  return {
    name: `${name}, chunks of ${String(chunkLength)}`,
    size: LENGTH,
    equal,
    prepare(size) {
      const whole = text(size);
      const chunks = cutText(whole, chunkLength);
      return Promise.resolve([
        {
          name: "Intl.Segmenter",
          run: (sink) => {
            for (const sentence of bySegmenter("en", whole)) sink(sentence);
          },
        },
        {
          name: "millrace",
          targets,
          run: (sink) => {
            split(chunks, sink);
          },
        },
      ]);
    },
  };
}

function repeat(text: string): (length: number) => string {
  return (length) => text.repeat(length / text.length + 1).slice(0, length);
}

/** A text that is worst for the stage, beside its chunks by themselves: little more, if work is linear. */
function hostile(unit: string): Row {
  return {
    name: `hostile ${JSON.stringify(unit)}`,
    size: HOSTILE_LENGTH,
    equal: "joined",
    prepare(size) {
      const whole = repeat(unit)(size);
      const chunks = cutText(whole, NETWORK_CHUNK);
      return Promise.resolve([
        {
          name: "each chunk alone",
          run: (sink) => {
            for (const chunk of chunks) split([chunk], sink);
          },
        },
        {
          name: "millrace",
          targets: [{ atMost: 3 }],
          run: (sink) => {
            split(chunks, sink);
          },
        },
      ]);
    },
  };
}

/** Texts of one language, with a bar wherever a sentence ends and another begins. */
type Texts = Readonly<Record<string, readonly string[]>>;

/**
 * Splitters of the registry: how many texts each gets right stands in its name, and none may be
 * better than ours. The best of them is sentencex. What is timed is all texts of a language as one.
 */
function splitters(name: string, textsOf: (size: number) => Texts): Row {
  return {
    name: `${name}, against splitters`,
    size: SPLITTER_LENGTH,
    equal: "outputs",
    async prepare(size) {
      const texts = Object.entries(textsOf(size));
      const wholes = texts.map(([language, all]) => {
        return [language, unmarked(`${all.join("\n\n")}\n\n`).repeat(REPEATED)] as const;
      });

      function rate(title: string, splitText: Split): Rated {
        const all = texts.flatMap(([language, all]) =>
          all.map((text) => [language, text] as const),
        );
        const right = all.filter(([language, text]) =>
          isSplitRight(splitText, language, text),
        ).length;
        const rating = `${String(right)} of ${String(all.length)} right`;
        const runAll = (sink: Sink) => {
          for (const [language, whole] of wholes) {
            for (const sentence of splitText(language, whole)) sink(sentence);
          }
        };
        return { right, contender: { name: `${title}, ${rating}`, silent: true, run: runAll } };
      }

      const peers: Rated[] = [];
      const add = (specifier: string, make: (module: never) => Split) =>
        fromPeer(specifier, (module) => {
          peers.push(rate(specifier, make(module)));
          return () => undefined;
        });
      await add("sentencex", bySentencex);
      await add("sentence-splitter", bySentenceSplitter);
      await add("sbd", bySbd);
      const ours = rate("millrace", byMillrace());
      const better = peers.find(({ right }) => right > ours.right);
      if (better !== undefined) throw new Error(`${better.contender.name}: more than ours`);
      const targets = [{ atMost: 0.1, of: "sentencex" }];
      return [
        rate("Intl.Segmenter", bySegmenter).contender,
        { ...ours.contender, targets },
        ...peers.map(({ contender }) => contender),
      ];
    },
  };
}

interface Rated {
  right: number;
  contender: Contender;
}

function split(chunks: readonly string[], sink: Sink): void {
  const machine = sentences().start(sink);
  for (const chunk of chunks) machine.push(chunk);
  machine.flush();
}
