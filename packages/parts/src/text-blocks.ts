import { stage, type Emit, type Machine, type Stage } from "@millrace/core";
import type {
  FinishPart,
  Part,
  ProviderMetadata,
  ReasoningStart,
  ResetPart,
  TextDelta,
  TextEnd,
  TextStart,
  ToolInputStart,
} from "./part.ts";
import { STREAM_LEVEL } from "./stream-level.ts";
import type { Usage } from "./usage.ts";

/** Gives the stage for the text of a block; without one, the block passes as it is. */
export type TextStageOf<O> = (start: TextStart) => Stage<string, O> | undefined;

/** Makes parts of what comes out of the stage in one block. */
export interface BlockWriter<O> {
  /** The blocks that have been started for this one. */
  readonly ids: readonly string[];
  /** Starts a block, if none has been: else nobody below would know that this choice has begun. */
  begin(this: void): void;
  put(this: void, output: O): void;
  /** What came beside the text of a delta. */
  note(this: void, providerMetadata: ProviderMetadata): void;
  end(this: void, part: TextEnd): void;
}

export type OpenWriter<O> = (start: TextStart, emit: Emit<Part>) => BlockWriter<O>;

interface TextBlock {
  start: TextStart;
  machine: Required<Machine<string>> | undefined; // until it has started
  writer: BlockWriter<unknown>;
}

/** Runs a stage of its own in every text block. What it makes is written in the place of the block. */
export function inTextBlocks<O>(
  stageOf: TextStageOf<O>,
  openWriter: OpenWriter<O>,
): Stage<Part, Part> {
  return stage((emit, end) => {
    const blocks = new Map<string, TextBlock>(); // those open
    const others = new Map<string, OtherStart>(); // the blocks open that pass as they are
    const written = new Map<string, readonly string[]>(); // the blocks that took the place of one
    const running = new Set<number>(); // choices that have begun and not finished
    const stopped = new Set<number>(); // choices that a stage has ended
    const dropped = new Set<string>(); // blocks of those
    let usage: Usage = { inputTokens: {}, outputTokens: {} };
    let isClosing = false; // no stage can end a choice any more

    function open(start: TextStart, tell = emit): void {
      const inner = stageOf(start);
      if (inner === undefined) {
        others.set(start.id, start);
        tell(start);
        return;
      }
      const writer = openWriter(start, tell);
      written.set(start.id, writer.ids);
      const block: TextBlock = { start, machine: undefined, writer };
      blocks.set(start.id, block);
      block.machine = inner.start(writer.put, (reason) => {
        if (!isClosing) stop(block.start.choice ?? 0, reason);
      });
    }

    /** A block of an answer that is gone on with: its start has been told, and of what kind it is. */
    function reopen({ id, choice }: TextDelta): void {
      const start = { type: "text-start", id, ...(choice !== undefined && { choice }) } as const;
      open(start, (part) => {
        if (part !== start) emit(part);
      });
      blocks.get(id)?.writer.begin();
    }

    function close({ start, machine, writer }: TextBlock, part: TextEnd = textEnd(start)): void {
      machine?.flush();
      leave(start.id);
      writer.end(part);
    }

    function leave(id: string): void {
      blocks.delete(id);
      const ids = written.get(id);
      if (ids?.length === 1 && ids[0] === id) written.delete(id);
    }

    /** A stage has ended: so does the answer it stands in, as at a stop sequence. */
    function stop(choice: number, reason: unknown): void {
      const isOwn = ({ start }: { start: { choice?: number } }) => (start.choice ?? 0) === choice;
      for (const block of blocks.values()) if (isOwn(block)) close(block);
      const unfinished: string[] = []; // tool input: nobody may take it for whole
      for (const [id, start] of others) {
        if (!isOwn({ start })) continue;
        others.delete(id);
        if (start.type === "tool-input-start") unfinished.push(id);
        else emit(start.type === "text-start" ? textEnd(start) : reasoningEnd(start));
      }
      const own = choice === 0 ? {} : { choice };
      if (unfinished.length > 0) emit({ type: "reset", blocks: unfinished, ...own });
      emitFinish({
        type: "finish",
        finishReason: { unified: "stop", raw: undefined },
        usage,
        ...stopSequenceOf(reason),
        ...own,
      });
      stopped.add(choice);
      endWithLast(choice, reason);
    }

    function emitFinish(part: FinishPart): void {
      for (const { writer } of blocks.values()) writer.begin();
      emit(part);
    }

    /** With the last answer to finish, all is over, once a stage has stopped one. */
    function endWithLast(choice: number, reason?: unknown): void {
      running.delete(choice);
      if (stopped.size > 0 && running.size === 0) end(reason);
    }

    /** Whether a part belongs to an answer that goes on. */
    function isWanted(part: Part): boolean {
      if (part.type === "raw") return true;
      const choice = part.choice ?? (STREAM_LEVEL.has(part.type) ? undefined : 0);
      if (choice === undefined) return true;
      if (!stopped.has(choice)) {
        running.add(choice);
        return true;
      }
      if (isStart(part)) dropped.add(part.id);
      return false;
    }

    function reset(part: ResetPart): void {
      for (const id of part.blocks) {
        blocks.get(id)?.writer.begin();
        blocks.delete(id);
        others.delete(id);
      }
      const known = part.blocks.filter((id) => !dropped.has(id));
      const ids = known.flatMap((id) => written.get(id) ?? [id]);
      if (ids.length > 0) emit({ ...part, blocks: ids });
    }

    /** Every stage may still say what it holds, whatever the others do. */
    function closeAll(close: (machine: Required<Machine<string>>) => void): void {
      isClosing = true;
      let broken: { reason: unknown } | undefined;
      for (const { start, machine, writer } of blocks.values()) {
        try {
          if (machine !== undefined) close(machine);
        } catch (reason) {
          broken ??= { reason };
        }
        leave(start.id);
        writer.end(textEnd(start));
      }
      if (broken !== undefined) throw broken.reason;
    }

    return {
      push(part) {
        if (!isWanted(part)) return;
        switch (part.type) {
          case "text-delta": {
            if (!blocks.has(part.id) && !others.has(part.id)) reopen(part);
            const block = blocks.get(part.id);
            if (block === undefined) {
              emit(part);
              return;
            }
            const { delta, providerMetadata } = part;
            if (delta !== "") block.machine?.push(delta);
            const isOpen = blocks.has(part.id);
            if (providerMetadata !== undefined && isOpen) block.writer.note(providerMetadata);
            break;
          }
          case "text-start":
            open(part);
            break;
          case "text-end": {
            const block = blocks.get(part.id);
            others.delete(part.id);
            if (block === undefined) emit(part);
            else close(block, part);
            break;
          }
          case "reset":
            reset(part);
            break;
          case "reasoning-start":
          case "tool-input-start":
            others.set(part.id, part);
            emit(part);
            break;
          case "reasoning-end":
          case "tool-input-end":
            others.delete(part.id);
            emit(part);
            break;
          case "finish":
            emitFinish(part);
            endWithLast(part.choice ?? 0);
            break;
          default:
            if (part.type === "usage") usage = part.usage;
            emit(part);
        }
      },
      flush() {
        closeAll((machine) => machine.flush());
      },
      fail(reason) {
        closeAll((machine) => machine.fail(reason));
      },
    };
  });
}

type OtherStart = TextStart | ReasoningStart | ToolInputStart;

function isStart(part: Part): part is OtherStart {
  return part.type.endsWith("-start");
}

function textEnd({ id, choice }: TextStart): TextEnd {
  return { type: "text-end", id, ...(choice !== undefined && { choice }) };
}

function reasoningEnd({ id, choice }: ReasoningStart): Part {
  return { type: "reasoning-end", id, ...(choice !== undefined && { choice }) };
}

/** As `stopAt` gives it. */
function stopSequenceOf(reason: unknown): { stopSequence?: string } {
  const { sequence } = (reason ?? {}) as { sequence?: unknown };
  return typeof sequence === "string" ? { stopSequence: sequence } : {};
}
