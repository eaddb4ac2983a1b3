import type { ProviderMetadata } from "@millrace/parts";
import { metadata, type Answer } from "./answer.ts";
import { jsonNesting, type JsonNesting } from "./json-nesting.ts";
import { malformedEvent } from "./stream-error.ts";
import { judgeInput } from "./tool-input.ts";

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
  id: string | undefined; // once the call has been started
  pieces: string[];
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
  const { emit, ids, hold } = answer;
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
      const goesOn = id === "" && (name === last.name || last.pieces.length === 0);
      return goesOn && !beginsAnother(last, delta) ? last : undefined;
    }
    const [only] = unfinished.size === 1 ? unfinished : [last];
    return only;
  }

  /** Servers that count all their calls as one: what cannot go on with a call begins another. */
  function beginsAnother(call: Call, { id, name, input }: ToolDelta): boolean {
    if (name !== "" && call.push === pushes) return true;
    if (!call.nesting.isClosed) return false;
    return STARTS_CONTAINER.test(input) || (name !== "" && (id === "" || id !== call.wireId));
  }

  function begin(delta: ToolDelta): Call {
    if (last !== undefined) start(last);
    const call: Call = {
      index: delta.index,
      wireId: "",
      name: "",
      id: undefined,
      pieces: [],
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
    if (name !== "" && call.id === undefined) {
      // Repeated, repeated at greater length, or the next piece.
      const begun = name.startsWith(call.name) ? "" : call.name;
      if (begun === "" || call.pieces.length === 0) {
        hold(begun.length + name.length - call.name.length);
        call.name = begun + name;
      }
    }
    if (input !== "") {
      hold(input.length);
      call.pieces.push(input);
      if (call.encoding === undefined) call.nesting.push(input);
      if (call.nesting.isClosed) unfinished.delete(call);
    }
    if (call.pieces.length === 0 || call.name === "") return;
    if (call.id === undefined) start(call);
    else if (input !== "") emit({ type: "tool-input-delta", id: call.id, delta: input });
  }

  function start(call: Call): void {
    if (call.id !== undefined || call.name === "") return;
    call.id = ids.claim(call.wireId, "tool");
    const inputEncoding = call.encoding && { inputEncoding: call.encoding };
    emit({ type: "tool-input-start", id: call.id, toolName: call.name, ...inputEncoding });
    const delta = call.pieces.join("");
    if (delta !== "") emit({ type: "tool-input-delta", id: call.id, delta });
  }

  function close(call: Call, whole: boolean): void {
    start(call);
    const { id, wireId, name: toolName } = call;
    const input = call.pieces.join("");
    if (id === undefined) {
      if (input !== "" || wireId !== "") {
        const data = { id: wireId, input };
        answer.fail(malformedEvent("A tool call came without the name of its tool", data));
      }
      return;
    }
    const inputState = call.encoding ?? judgeInput(input, whole);
    count++;
    if (inputState === "valid" || inputState === "text") validCount++;
    emit({ type: "tool-input-end", id });
    emit({
      type: "tool-call",
      toolCallId: id,
      toolName,
      input,
      inputState,
      ...about(call, id),
    });
  }

  /** What came beside the call, and its own id where a block has that already. */
  function about({ about, wireId }: Call, id: string): Call["about"] {
    if (wireId === "" || wireId === id) return about;
    return {
      providerMetadata: {
        ...about.providerMetadata,
        ...metadata(answer, { id: wireId }).providerMetadata,
      },
    };
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
