import { answers, startReplay, type AnswerName } from "@millrace/testing/replay";
import { codeOf, EXIT, Failure, usageFailure } from "../failure.ts";
import type { Host } from "../host.ts";
import { paintFor } from "../paint.ts";
import { count, counted, seconds } from "../quantities.ts";
import { readNumber, readOptions } from "../read-options.ts";
import { say } from "../say.ts";
import { visible } from "../visible.ts";
import { readConditions } from "./read-conditions.ts";
import { readRecording } from "./read-recording.ts";

const OPTIONS = {
  port: { type: "string" },
  speed: { type: "string" },
  gap: { type: "string" },
  cuts: { type: "string" },
  newline: { type: "string" },
  comments: { type: "boolean" },
  seed: { type: "string" },
  fail: { type: "string" },
  after: { type: "string" },
  "after-bytes": { type: "string" },
  answer: { type: "string" },
  framing: { type: "string" },
  once: { type: "boolean" },
} as const;

const HIGHEST_PORT = 65_535;
const MILLISECONDS = 1_000;

/** Serves a recorded stream until it is interrupted. */
export async function replay(args: readonly string[], host: Host): Promise<number> {
  const { stdout, stderr, signal } = host;
  const { values, positionals } = readOptions("replay", args, OPTIONS);
  const [file, ...others] = positionals;
  if (others.length > 0) throw usageFailure("One file is replayed; these are several.");
  const { answer, framing, once = false } = values;
  if (file !== undefined && answer !== undefined) {
    throw usageFailure("--answer is for replaying without a file.");
  }
  if (answer !== undefined && !isAnswer(answer)) {
    const names = Object.keys(answers).join(", ");
    throw usageFailure(`--answer must be one of ${names}, not "${answer}".`);
  }
  const port = readNumber("port", values.port, { whole: true }) ?? 0;
  if (port > HIGHEST_PORT) throw usageFailure(`--port must be at most ${HIGHEST_PORT}.`);
  const conditions = readConditions(values);
  const recording = file === undefined ? undefined : await readRecording(file, framing);

  const upstream = await startReplay({
    ...conditions,
    port,
    ...(answer !== undefined && { answer }),
    ...(recording !== undefined && { choose: () => recording }),
  }).catch((error: unknown) => {
    throw portFailure(error, port);
  });

  const paint = paintFor(stderr);
  const tell = (line: string): Promise<void> => say(host, `${paint.dim(visible(line))}\n`);
  try {
    await tell(
      file === undefined || recording === undefined
        ? "Replays answers that are built in, in OpenAI's chat format."
        : `Replays ${file}, ${counted(recording.frames.length, "event")}.`,
    );
    await stdout.write(`${upstream.url}\n`);
    const interrupted = aborted(signal);
    for (let index = 0; !signal.aborted; index++) {
      const request = await Promise.race([upstream.request(index), interrupted]);
      if (request === undefined) break;
      const ended = request.ended.then(async (outcome) => {
        const time = ((request.endedAt ?? request.startedAt) - request.startedAt) / MILLISECONDS;
        const sent = `${count(request.bytesSent)} bytes in ${seconds(time)}`;
        await tell(`${request.method} ${request.path}  ${outcome}, ${sent}`);
      });
      if (!once) continue;
      await Promise.race([ended, interrupted]);
      break;
    }
  } finally {
    await upstream.close();
  }
  return signal.aborted ? EXIT.interrupted : EXIT.fine;
}

function isAnswer(name: string): name is AnswerName {
  return Object.hasOwn(answers, name);
}

function portFailure(error: unknown, port: number): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const why = code === "EADDRINUSE" ? "it is taken" : code === "EACCES" ? "it may not be" : code;
  return new Failure(`Cannot listen on port ${port}: ${why}.`, EXIT.outside, { cause: error });
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const done = (): void => {
      resolve(undefined);
    };
    if (signal.aborted) done();
    else signal.addEventListener("abort", done, { once: true });
  });
}
