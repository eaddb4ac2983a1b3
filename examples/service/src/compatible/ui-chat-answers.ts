import { pipe, stage } from "@millrace/core";
import { toArray } from "@millrace/flow";
import type { Part } from "@millrace/parts";
import {
  record,
  replay,
  status,
  stop,
  takeOver,
  type ReplayedEntry,
  type Store,
} from "@millrace/resume";
import { recordSettings, type RecordAnswerOptions } from "../record-answer.ts";
import { openPrompt } from "../upstream.ts";
import type { ChatBeginning, ChatItem } from "./ui-chat-chunks.ts";
import { answerIdOf, promptOf, type UiChatRequest } from "./ui-chat-request.ts";

export type ChatAnswersOptions = RecordAnswerOptions;

type Entries = ReadableStream<ReplayedEntry<ChatItem>>;

export interface ChatAnswers {
  /** Asks, and keeps the answer as the chat's newest. */
  begin: (request: UiChatRequest, client: AbortSignal) => Promise<Entries>;
  /** The chat's newest answer, if it is still being given. */
  resume: (chat: string) => Promise<Entries | undefined>;
  /** Whether there was something to stop. */
  stop: (chat: string) => Promise<boolean>;
}

/**
 * The answers of chats. Each has a stream of its own; beside it stands, under the chat's id, which is
 * the newest. So a new question takes nothing away from who still reads the answer to the last one.
 */
export function chatAnswers(options: ChatAnswersOptions): ChatAnswers {
  const { upstream, store } = options;
  return {
    async begin(request, client) {
      const question = { prompt: promptOf(request), model: request.model };
      const parts = await untilBegun(client, (signal) => openPrompt(upstream, question, signal));
      const id = `ui-answer:${crypto.randomUUID()}`;
      await setNewest(store, request.id, id).catch(async (error: unknown) => {
        await parts.cancel(error); // or the upstream would tell it to nobody, for ever
        throw error;
      });
      const answer = pipe(parts, behind({ messageId: answerIdOf(request), question }));
      return record.entries<ChatItem>(answer, { id, ...recordSettings(options) });
    },
    async resume(chat) {
      const id = await newest(store, chat);
      if (id === undefined) return undefined;
      const { state } = await status({ id, store });
      if (state !== "live" && state !== "orphaned") return undefined;
      const onOrphaned = () => {
        goOn(id, options);
      };
      return replay.entries<ChatItem>({ id, store, onOrphaned });
    },
    async stop(chat) {
      const id = await newest(store, chat);
      return id === undefined ? false : stop({ id, store });
    },
  };
}

/** A client that goes away before the answer has begun knows nothing to come back to. */
async function untilBegun<T>(
  client: AbortSignal,
  begin: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const unwanted = new AbortController();
  const leave = () => {
    unwanted.abort();
  };
  client.addEventListener("abort", leave);
  if (client.aborted) leave();
  try {
    return await begin(unwanted.signal);
  } finally {
    client.removeEventListener("abort", leave);
  }
}

/** What is asked comes first, so that any process can go on with the answer. */
function behind(beginning: ChatBeginning) {
  return stage<Part, ChatItem>((emit) => {
    emit(beginning);
    return { push: emit };
  });
}

/** Goes on with an answer whose process has died. */
function goOn(id: string, options: ChatAnswersOptions): void {
  const { upstream } = options;
  if (upstream.live.isClosing) return;
  const rest = takeOver<ChatItem>({ id, ...recordSettings(options) }, async (log, { signal }) => {
    const [beginning, ...soFar] = await toArray(log);
    const { question } = beginning as ChatBeginning;
    return openPrompt(upstream, { ...question, soFar: soFar as Part[] }, signal);
  });
  rest.cancel().catch(() => undefined); // its readers read the log
}

const placeOf = (chat: string) => `ui-chat:${chat}`;

async function setNewest(store: Store, chat: string, answer: string): Promise<void> {
  const id = placeOf(chat);
  await store.delete(id);
  await record([answer], { id, store }).pipeTo(new WritableStream());
}

async function newest(store: Store, chat: string): Promise<string | undefined> {
  const id = placeOf(chat);
  if ((await status({ id, store })).state !== "done") return undefined;
  for await (const answer of replay<string>({ id, store })) return answer;
  return undefined;
}
