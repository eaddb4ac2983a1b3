import type { Part } from "@millrace/parts";
import { metrics } from "@millrace/flow";
import { askModels } from "./ask-models.ts";
import { askOverSocket } from "./ask-socket.ts";
import { askOverSse } from "./ask-sse.ts";
import type { AnswerData } from "./answer-event.ts";
import { Refusal, type Conversation, type Hooks, type NumberedEvent } from "./ask.ts";
import type { Cut } from "./cuts.ts";
import { startReader, type Reader } from "./reading.ts";
import type { Answer, Column, State } from "./state.ts";
import { countEvent, emptyWire } from "./wire.ts";

/** An answer that is coming in. */
export interface Run {
  cancel(): void;
  drop(): void;
}

export interface RunOptions {
  /** How bytes are cut just now. */
  cut: () => Cut;
  /** Told of all that changes but the insides of the answer, and, by nothing, of those. */
  report: (change: Partial<State>) => void;
}

/** Asks as the state says, and lets the answer grow until it ends in one of the last phases. */
export function startRun(state: State, { cut, report }: RunOptions): Run {
  const { prompt, model, other, way, key } = state;
  const [preferred] = state.models;
  const since = performance.now();
  const wire = emptyWire(since);
  const watch = wire.meter.start(() => undefined);
  // Who has chosen the same model twice has one answer: the service asks nobody twice.
  const models =
    way === "models" ? [...new Set([model || (preferred?.name ?? ""), other])] : [model];
  const columns = models.map((name) => openColumn(name, since));
  const [first] = columns as [OpenColumn];
  const answer: Answer = {
    way,
    wire,
    columns: columns.map(({ column }) => column),
    pieces: [],
    check: undefined,
  };
  let isCancelled = false;
  let characters = 0;

  const hooks: Hooks = {
    headers: key === "" ? {} : { "x-api-key": key },
    onConnect() {
      const connection = { chunks: [] as Uint8Array[], taken: 0 };
      wire.connections.push(connection);
      return {
        connection,
        cut,
        onChunk(bytes) {
          connection.chunks.push(bytes);
          wire.arrivals.push({ at: performance.now() - since, characters });
          watch.push(bytes);
          report({});
        },
        onPiece(bytes) {
          answer.pieces.push(bytes);
        },
      };
    },
    onLost: () => report({ phase: "lost" }),
    onReturn() {
      wire.returns.push(wire.lastSeq);
      report({ phase: "streaming" });
    },
  };

  function converse(): Conversation {
    const question = { prompt, ...(model !== "" && { model }) };
    if (way === "models") return askModels(prompt, models, hooks);
    return way === "socket" ? askOverSocket(question, hooks) : askOverSse(question, hooks);
  }

  function take({ seq, data }: NumberedEvent): void {
    if (seq !== undefined) countEvent(wire, seq);
    const { key, content, part, error, done } = data;
    const column = columns.find((each) => each.column.model === key) ?? first;
    const delta: Part | undefined =
      content === undefined ? part : { type: "text-delta", id: TEXT, delta: content };
    if (delta !== undefined) {
      characters += "delta" in delta ? (delta.delta as string).length : 0;
      column.push(delta);
      report({ phase: "streaming" });
    } else if (error !== undefined) {
      column.column.problem = error.message;
    } else if (done === true && (way !== "models" || key !== undefined)) {
      column.end(data);
    }
  }

  async function follow({ events }: Conversation): Promise<void> {
    report({ answer, phase: "waiting", problem: undefined });
    try {
      for await (const event of events) take(event);
      end();
    } catch (error) {
      if (error instanceof Refusal && error.status === UNKNOWN_KEY) report({ needsKey: true });
      end((error as Error).message);
    }
  }

  function end(reason?: string): void {
    for (const column of columns) column.end();
    watch.flush();
    const problems = answer.columns.flatMap(({ problem }) => problem ?? []);
    const isWhole = answer.columns.every(({ done }) => done !== undefined);
    const problem = reason ?? problems[0] ?? (isWhole ? undefined : BROKEN_OFF);
    if (isCancelled) report({ phase: "cancelled" });
    else if (problem !== undefined) report({ phase: "failed", problem });
    else report({ phase: "finished" });
  }

  const conversation = converse();
  void follow(conversation);
  return {
    cancel() {
      isCancelled = true;
      conversation.cancel();
    },
    drop: () => conversation.drop?.(),
  };
}

const UNKNOWN_KEY = 401;
const TEXT = "text";
const BROKEN_OFF = "The connection to the service broke off.";

interface OpenColumn {
  column: Column;
  push(part: Part): void;
  end(done?: AnswerData): void;
}

function openColumn(model: string, since: number): OpenColumn {
  const reader: Reader = startReader();
  reader.push({ type: "text-start", id: TEXT }); // a comparison tells of text alone, and of no block
  const meter = metrics<Part>({ since });
  const measured = meter.start((part) => reader.push(part));
  const column: Column = {
    model,
    reading: reader.reading,
    meter,
    done: undefined,
    problem: undefined,
  };
  let isOpen = true;
  return {
    column,
    push: (part) => measured.push(part),
    end(done) {
      column.done ??= done;
      if (!isOpen) return;
      isOpen = false;
      measured.flush();
      reader.flush();
    },
  };
}
