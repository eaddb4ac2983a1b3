import type { ProviderMetadata } from "@millrace/parts";
import type { Answer } from "./answer.ts";
import { jsonNesting, type JsonNesting } from "./json-nesting.ts";
import { malformedEvent } from "./stream-error.ts";
import { startTool, type ToolBlock } from "./tool-block.ts";

/** A piece of a call, with whatever the provider says about where it belongs. Empty: not said. */
export interface ToolDelta {
  index: number | undefined;
  id: string;
  name: string;
  input: string;
  encoding?: "text";
  about: { providerMetadata?: ProviderMetadata };
}

/** Puts the pieces of the calls of one answer together, and tells of them as parts. */
export interface ToolCalls {
  /** Calls told of so far, by `finish`. */
  readonly count: number;
  /** Those of them that can be answered. */
  readonly validCount: number;
  /** Takes the pieces that came at once: no two of them are of one call if both are named. */
  push(deltas: readonly ToolDelta[]): void;
  /** No more comes; `whole`: the provider says that nothing is missing. */
  finish(whole: boolean): void;
}

interface Call {
  index: number | undefined;
  wireId: string;
  name: string;
  block: ToolBlock | undefined; // once the call has been started
  waiting: string; // input that came before
  nesting: JsonNesting;
  encoding: "text" | undefined;
  about: { providerMetadata?: ProviderMetadata };
  push: number; // which `push` touched it last
}

const STARTS_CONTAINER = /^\s*[[{]/;

/**
 * A call is started when its name is sure to be whole: with the first piece of its input, the next
 * call, or the end.
 */
export function assembleToolCalls(answer: Answer): ToolCalls {
  const { hold } = answer;
  // Those that may go on: all, the latest of each index and id, and those whose input may.
  const calls = new Set<Call>();
  const byIndex = new Map<number, Call>();
  const byId = new Map<string, Call>();
  const unfinished = new Set<Call>();
  let last: Call | undefined;
  let count = 0;
  let validCount = 0;
  let pushes = 0;

  /** The call that a piece goes on with; undefined if it begins one. */
  function find(delta: ToolDelta): Call | undefined {
    const { index, id, name } = delta;
    if (index !== undefined) {
      const call = byIndex.get(index);
      if (call === undefined || beginsAnother(call, delta)) return undefined;
      // An id that changes while no name comes is noise; with a name, it is another call.
      const changes = id !== "" && call.wireId !== "" && id !== call.wireId;
      return changes && name !== "" ? undefined : call;
    }
    const known = byId.get(id);
    if (known !== undefined) return beginsAnother(known, delta) ? undefined : known;
    if (last === undefined) return undefined;
    if (name !== "") {
      const isNamed = last.name !== "" && last.name !== name;
      const goesOn = id === "" && !(isNamed && hasInput(last));
      return goesOn && !beginsAnother(last, delta) ? last : undefined;
    }
    const [only] = unfinished.size === 1 ? unfinished : [last];
    return only;
  }

  /** Servers that count all their calls as one: what cannot go on with a call begins another. */
  function beginsAnother(call: Call, { id, name, input }: ToolDelta): boolean {
    if (name !== "" && call.push === pushes) return true;
    if (!call.nesting.isClosed) return false;
    if (STARTS_CONTAINER.test(input)) return true;
    // A name that comes late is that of the call which has none.
    return name !== "" && call.name !== "" && (id === "" || id !== call.wireId);
  }

  function begin(delta: ToolDelta): Call {
    if (last !== undefined) start(last);
    const call: Call = {
      index: delta.index,
      wireId: "",
      name: "",
      block: undefined,
      waiting: "",
      nesting: jsonNesting(),
      encoding: delta.encoding,
      about: {},
      push: 0,
    };
    hold(1);
    calls.add(call);
    unfinished.add(call);
    if (call.index !== undefined) byIndex.set(call.index, call);
    last = call;
    return call;
  }

  function add(delta: ToolDelta): void {
    const call = find(delta) ?? begin(delta);
    const { id, name, input } = delta;
    call.push = pushes;
    if (call.wireId === "" && id !== "") {
      hold(id.length);
      call.wireId = id;
      byId.set(id, call);
    }
    call.about = { ...call.about, ...delta.about };
    if (name !== "" && call.block === undefined) {
      // Repeated, repeated at greater length, or the next piece.
      const begun = name.startsWith(call.name) ? "" : call.name;
      if (begun === "" || !hasInput(call)) {
        hold(begun.length + name.length - call.name.length);
        call.name = begun + name;
      }
    }
    if (input !== "") {
      if (call.block !== undefined) call.block.delta(input);
      else {
        hold(input.length);
        call.waiting += input;
      }
      if (call.encoding === undefined) call.nesting.push(input);
      if (call.nesting.isClosed) unfinished.delete(call);
    }
    if (call.waiting !== "") start(call);
  }

  function start(call: Call): void {
    if (call.block !== undefined || call.name === "") return;
    const { wireId, name: toolName, encoding, waiting } = call;
    call.block = startTool(answer, { wireId, toolName, encoding });
    hold(-waiting.length);
    call.waiting = "";
    call.block.delta(waiting);
  }

  function close(call: Call, whole: boolean): void {
    start(call);
    if (call.block === undefined) {
      const { wireId: id, waiting: input } = call;
      if (id + input === "") return;
      answer.fail(malformedEvent("A tool call came without the name of its tool", { id, input }));
      return;
    }
    const { inputState } = call.block.end(whole, call.about);
    count++;
    if (inputState === "valid" || inputState === "text") validCount++;
  }

  return {
    get count() {
      return count;
    },
    get validCount() {
      return validCount;
    },
    push(deltas) {
      pushes++;
      for (const delta of deltas) add(delta);
    },
    finish(whole) {
      for (const call of calls) close(call, whole);
      last = undefined;
      for (const table of [calls, byIndex, byId, unfinished]) table.clear();
    },
  };
}

function hasInput({ block, waiting }: Call): boolean {
  return waiting !== "" || (block !== undefined && block.inputLength > 0);
}
