import type { Memory } from "../processes/memory.ts";
import { startProgram } from "../processes/program.ts";
import { gatherAudience } from "./audience.ts";
import { startPacer } from "./pacer.ts";

const WARMING = 3; // tokens a stream, until the engine has compiled what it runs

export interface LoadOptions {
  /** What serves: a file of `processes/`, and what it is told behind the address of the upstream. */
  program: string;
  parameters?: readonly string[];
  path: string;
  body: object;
  streams: number;
  /** A stream, while it is looked at. */
  tokens: number;
  /** A figure that grows, read before the tokens and behind them. */
  counter?: () => Promise<number>;
}

export interface Load {
  /** Bytes a live stream. */
  heap: number;
  buffers: number;
  resident: number;
  /** Microseconds of the process's processors a token: to be compared only within one run. */
  computed: number;
  /** By how much the counter grew a token. */
  counted: number;
  /** Streams that have got their last event and a clean end. */
  ended: number;
}

/** Lets so many streams flow at a time through a process of its own, and looks at that process. */
export async function measureLoad(options: LoadOptions): Promise<Load> {
  const { streams, tokens, counter = () => Promise.resolve(0) } = options;
  const pacer = await startPacer();
  const program = startProgram(
    new URL(`../processes/${options.program}.ts`, import.meta.url),
    pacer.url,
    ...(options.parameters ?? []),
  );
  try {
    const url = await program.ask<string>("url");
    const idle = await program.ask<Memory>("memory");
    const audience = await gatherAudience(`${url}${options.path}`, streams, options.body);
    let said = 0;

    async function say(rounds: number): Promise<void> {
      for (let round = 0; round < rounds; round++) {
        pacer.say();
        said += streams;
        await audience.heard(said);
      }
    }

    await say(WARMING);
    const before = { computed: await program.ask<number>("computed"), counted: await counter() };
    await say(tokens);
    const after = { computed: await program.ask<number>("computed"), counted: await counter() };
    const crowded = await program.ask<Memory>("memory");
    pacer.finish();
    await audience.over();
    const perStream = (what: keyof Memory) => (crowded[what] - idle[what]) / streams;
    return {
      heap: perStream("heap"),
      buffers: perStream("buffers"),
      resident: perStream("resident"),
      computed: (after.computed - before.computed) / (streams * tokens),
      counted: (after.counted - before.counted) / (streams * tokens),
      ended: audience.ended,
    };
  } finally {
    await program.stop();
    await pacer.close();
  }
}
