import { filter, fuse, type Stage } from "@millrace/core";
import {
  codeBlocks,
  jsonItems,
  jsonValues,
  lenientJson,
  partialJson,
  type CodeBlock,
  type CodeBlockPiece,
  type JsonOrText,
} from "@millrace/parsers";
import { text, type Part } from "@millrace/parts";
import { answerEvents, type ServiceEvent } from "./answer-events.ts";
import { BUFFERS } from "./buffers.ts";
import { clientParts } from "./client-parts.ts";
import {
  bufferedRequest,
  codeRequest,
  jsonRequest,
  rawRequest,
  readRequest,
  type AnswerRequest,
} from "./request.ts";

type JsonValue = Extract<JsonOrText<unknown>, { value: unknown }>;

/** What is asked of the model, and the events that are made of its answer. */
export interface Reading {
  request: AnswerRequest;
  events: Stage<Part, ServiceEvent>;
}

/** What an answer can be read as, by the last step of the route: each from the body of a request. */
export const UNITS: Readonly<Record<string, (body: string) => Reading>> = {
  raw(body) {
    const request = readRequest(rawRequest, body);
    return { request, events: answerEvents(text(), (content) => ({ content })) };
  },

  buffered(body) {
    const { buffer_type, ...request } = readRequest(bufferedRequest, body);
    const units = fuse(text(), BUFFERS[buffer_type]());
    return { request, events: answerEvents(units, (item) => ({ item })) };
  },

  parts(body) {
    const request = readRequest(rawRequest, body);
    return { request, events: answerEvents(clientParts(), (part) => ({ part })) };
  },

  json(body) {
    const { mode, path = "$", ...request } = readRequest(jsonRequest, body);
    return { request, events: JSON_EVENTS[mode](path) };
  },

  code(body) {
    const { live, ...request } = readRequest(codeRequest, body);
    const blocks: Stage<string, CodeBlock | CodeBlockPiece> = live
      ? codeBlocks({ live })
      : codeBlocks();
    return { request, events: answerEvents(fuse(text(), blocks), (block) => ({ block })) };
  },
};

const JSON_EVENTS = {
  /** Models put words round their JSON, which are left out. */
  values() {
    const values = fuse(text(), jsonValues({ prose: true }), filter(isValue));
    return answerEvents(values, ({ value }) => ({ object: value }));
  },

  growing() {
    const drafts = fuse(
      text(),
      partialJson({ lenient: lenientJson({ fences: true, prose: true }) }),
    );
    return answerEvents(drafts, ({ value, complete }) => ({ object: value, complete }));
  },

  items(path: string) {
    return answerEvents(fuse(text(), jsonItems(path)), (object) => ({ object }));
  },
};

function isValue(piece: JsonOrText<unknown>): piece is JsonValue {
  return "value" in piece;
}
