import type { Emit, End } from "@millrace/core";
import type {
  FinishPart,
  FinishReason,
  Logprob,
  Part,
  ProviderMetadata,
  ReasoningKind,
  StreamError,
  TextKind,
  ToolCall,
  Usage,
} from "@millrace/parts";
import { isJson } from "./wire.ts";

export type BlockKind = "text" | "reasoning" | "tool-input";

/** What a part of a block may have beside its type and its id. */
export interface BlockFields {
  kind?: TextKind | ReasoningKind;
  logprobs?: Logprob[];
  signature?: string;
  encrypted?: string;
  toolName?: string;
  inputEncoding?: "json" | "text";
  providerExecuted?: boolean;
  providerMetadata?: ProviderMetadata;
}

export type CallFields = Partial<ToolCall>;

/** Makes a grammatical answer of what comes, in whatever order it comes. */
export interface Answer {
  put(part: Part): void;
  /** Opens a block. One that is open is the same. */
  start(kind: BlockKind, wireId: string, fields?: BlockFields): void;
  /** Opens the block if need be. */
  delta(kind: BlockKind, wireId: string, delta: string, fields?: BlockFields): void;
  end(kind: BlockKind, wireId: string, fields?: BlockFields): void;
  /** The input of a tool is whole; `json` stands for it where no delta has come. */
  call(wireId: string, toolName: string, json: string, fields?: CallFields): void;
  /** The id of the latest block that came under this one. */
  idOf(kind: BlockKind, wireId: string): string;
  isOpen(kind: BlockKind, wireId: string): boolean;
  /** Takes back all blocks since the last step. */
  reset(): void;
  step(): void;
  /** Calls that have no result. */
  readonly owed: ReadonlySet<string>;
  /** What calls wait for. */
  readonly approvals: ReadonlySet<string>;
  /** Counts units that have to be remembered. */
  hold(length: number): void;
  fail(error: StreamError): void;
  /** Ends all that is open. */
  close(): void;
  finish(reason: FinishReason, fields?: Partial<FinishPart> & { raw?: string }): void;
}

/** What a tool is called that has no name. */
export const NAMELESS = "tool";

interface Block {
  kind: BlockKind;
  id: string;
  toolName: string;
  pieces: string[]; // of a tool's input
  isText: boolean; // that input is no JSON
}

export function openAnswer(emit: Emit<Part>, hold: (length: number) => void, end: End): Answer {
  const open = new Map<string, Block>(); // by kind and id of the wire
  const ids = new Map<string, string>(); // the latest of them, open or not
  const uses = new Map<string, number>(); // how often an id was wanted
  const owed = new Set<string>();
  const approvals = new Set<string>();
  let step = new Set<string>();
  let usage: Usage = { inputTokens: {}, outputTokens: {} };
  let failed = false;
  let over = false;

  function put(part: Part): void {
    if (part.type === "usage") ({ usage } = part);
    if (part.type === "tool-result" && part.preliminary !== true) owed.delete(part.toolCallId);
    emit(part);
  }

  /** Some servers count anew in each step. */
  function claim(wireId: string): string {
    let id = wireId;
    let count = uses.get(wireId) ?? 0;
    while (uses.has(id)) id = `${wireId}-${++count}`;
    uses.set(wireId, count);
    if (id !== wireId) uses.set(id, 0);
    hold(id.length);
    return id;
  }

  function start(kind: BlockKind, wireId: string, fields: BlockFields = {}): Block {
    const key = `${kind} ${wireId}`;
    const known = open.get(key);
    if (known !== undefined) return known;
    const { toolName: name, inputEncoding } = fields;
    const toolName = name || NAMELESS;
    const isText = inputEncoding === "text";
    const block: Block = { kind, id: claim(wireId || kind), toolName, pieces: [], isText };
    open.set(key, block);
    ids.set(key, block.id);
    step.add(block.id);
    const extra = kind === "tool-input" ? { ...fields, toolName } : fields;
    put({ ...extra, type: `${kind}-start`, id: block.id } as Part);
    return block;
  }

  function delta(kind: BlockKind, wireId: string, piece: string, fields: BlockFields = {}): void {
    const { id, pieces } = start(kind, wireId);
    if (piece === "" && !fields.logprobs && !fields.providerMetadata) return;
    if (kind === "tool-input") {
      hold(piece.length);
      pieces.push(piece);
    }
    put({ ...fields, type: `${kind}-delta`, id, delta: piece } as Part);
  }

  function endBlock(key: string, fields: BlockFields): Block | undefined {
    const block = open.get(key);
    if (block === undefined) return undefined;
    open.delete(key);
    put({ ...fields, type: `${block.kind}-end`, id: block.id } as Part);
    return block;
  }

  function putCall({ id, toolName, pieces, isText }: Block, fields: CallFields): void {
    const input = pieces.join("");
    hold(-input.length);
    const state = isText ? "text" : input === "" || isJson(input) ? "valid" : "invalid";
    const inputState = fields.inputState === "truncated" ? "truncated" : state;
    owed.add(id);
    if (fields.approvalId !== undefined) {
      hold(fields.approvalId.length);
      approvals.add(fields.approvalId);
    }
    put({ ...fields, type: "tool-call", toolCallId: id, toolName, input, inputState });
  }

  function close(): void {
    for (const key of open.keys()) {
      const block = endBlock(key, {});
      if (block?.kind === "tool-input") putCall(block, { inputState: "truncated" });
    }
  }

  return {
    put,
    start,
    delta,
    end(kind, wireId, fields = {}) {
      endBlock(`${kind} ${wireId}`, fields);
    },
    call(wireId, toolName, json, fields = {}) {
      const { providerExecuted } = fields;
      const begun = start("tool-input", wireId, {
        toolName,
        ...(providerExecuted !== undefined && { providerExecuted }),
      });
      if (begun.pieces.length === 0) delta("tool-input", wireId, json);
      const block = endBlock(`tool-input ${wireId}`, {})!;
      putCall({ ...block, isText: block.isText || fields.inputState === "text" }, fields);
    },
    idOf: (kind, wireId) => ids.get(`${kind} ${wireId}`) ?? wireId,
    isOpen: (kind, wireId) => open.has(`${kind} ${wireId}`),
    reset() {
      for (const [key, { id, pieces }] of open) {
        if (!step.has(id)) continue;
        open.delete(key);
        hold(-pieces.join("").length);
      }
      for (const id of step) owed.delete(id);
      put({ type: "reset", blocks: [...step] });
      step = new Set();
    },
    step() {
      step = new Set();
    },
    owed,
    approvals,
    hold,
    fail(error) {
      failed = true;
      put({ type: "error", error });
    },
    close,
    finish(reason, { raw, ...fields } = {}) {
      if (over) return;
      over = true;
      close();
      const isError = failed && (reason === "interrupted" || reason === "other");
      const unified = isError ? "error" : reason;
      put({ ...fields, type: "finish", finishReason: { unified, raw }, usage });
      end();
    },
  };
}
