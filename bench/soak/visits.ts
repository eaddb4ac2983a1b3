import { pipe } from "@millrace/core";
import { connectSse, decodeSse, type SseEvent } from "@millrace/sse";
import { drawInteger, random } from "../inputs/random.ts";
import { answerQuestions } from "../processes/answer-questions.ts";
import { measureMemory } from "../processes/memory.ts";
import { answerText } from "./answer-text.ts";

// The clients of a soak: each asks, reads to the end or leaves in the middle, and the next one comes.

/** What has been seen since the start. */
export interface Visits {
  events: number;
  /** Answers that were read to their end, and had all that was asked for. */
  whole: number;
  /** Answers that the client left in the middle. */
  left: number;
  /** Why others failed. */
  failures: string[];
}

const SHORTEST = 2; // words of an answer
const LONGEST = 40; // so that clients come and go often
const LEAVING_SHARE = 0.4;

const [url = "", clients = ""] = process.argv.slice(2);
const visits: Visits = { events: 0, whole: 0, left: 0, failures: [] };
let open = true;
const running = Array.from({ length: Number(clients) }, (_, index) => comeAndGo(index));

answerQuestions({
  visits: () => visits,
  memory: measureMemory,
  async close() {
    open = false;
    await Promise.all(running);
  },
});

async function comeAndGo(seed: number): Promise<void> {
  const draw = random(seed);
  while (open) {
    const words = drawInteger(draw, SHORTEST, LONGEST);
    const leaveBehind = draw() < LEAVING_SHARE ? drawInteger(draw, 1, words) : Infinity;
    const ask = draw() < 0.5 ? askByConnectSse : askByFetch;
    try {
      if (await visit(ask(words), words, leaveBehind)) visits.whole++;
      else visits.left++;
    } catch (error) {
      visits.failures.push(String(error));
    }
  }
}

/** Reads an answer; whether it came to its end. */
async function visit(
  answer: AsyncIterable<SseEvent> | Promise<AsyncIterable<SseEvent>>,
  words: number,
  leaveBehind: number,
): Promise<boolean> {
  const expected = answerText(words);
  let at = 0; // in the text
  let count = 0;
  for await (const { id, data } of await answer) {
    visits.events++;
    if (id === "done") {
      if (at !== expected.length) throw new Error(`An answer of ${words} words ended at ${at}`);
      return true;
    }
    const { content } = JSON.parse(data) as { content: string };
    if (!expected.startsWith(content, at)) throw new Error(`At ${at} came ${data}`);
    at += content.length;
    if (++count === leaveBehind || !open) return false;
  }
  throw new Error(`An answer of ${words} words broke off at ${at}`);
}

function questionOf(words: number): RequestInit & { method: string; body: string } {
  return { method: "POST", body: JSON.stringify({ prompt: "Well?", max_tokens: words }) };
}

function askByConnectSse(words: number): AsyncIterable<SseEvent> {
  const isLast = ({ id }: SseEvent) => id === "done";
  return connectSse(`${url}/v1/stream/raw`, { ...questionOf(words), until: isLast });
}

async function askByFetch(words: number): Promise<AsyncIterable<SseEvent>> {
  const { body, status } = await fetch(`${url}/v1/stream/raw`, questionOf(words));
  if (status !== 200 || body === null) throw new Error(`The service answered ${status}`);
  return pipe(body, decodeSse({ incomplete: "error" }));
}
