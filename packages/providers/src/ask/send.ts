import { pipe, stage, type Stage } from "@millrace/core";
import type { Clock } from "@millrace/core/clock";
import type { Part } from "@millrace/parts";
import type { Prompt } from "../prompt.ts";
import { ProviderError } from "../provider-error.ts";
import type { Provider, RequestContext } from "../provider.ts";
import { brokenStream } from "../shared/stream-error.ts";
import { refusal } from "./refusal.ts";
import { responseMetadata } from "./response-metadata.ts";

export interface SendOptions {
  clock: Clock;
  fetch: typeof fetch | undefined;
  onResponse: ((response: Response, provider: Provider) => void) | undefined;
  /** Where it puts what it makes of the headers. */
  ofHeaders: WeakSet<Part>;
}

/** One request: the parts of a response that is a success, else a `ProviderError`. */
export async function send(
  provider: Provider,
  prompt: Prompt,
  context: RequestContext,
  { clock, fetch, onResponse, ofHeaders }: SendOptions,
): Promise<ReadableStream<Part>> {
  const { signal } = context;
  const request = await provider.request(prompt, context);
  signal.throwIfAborted();
  const ask = fetch ?? provider.fetch ?? globalThis.fetch;
  let response: Response;
  try {
    response = await ask(request, { signal });
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    const error = { ...brokenStream(cause), ...NO_ANSWER, data: undefined };
    throw new ProviderError({ provider: provider.name, error, cause });
  }
  try {
    signal.throwIfAborted();
    onResponse?.(response, provider);
    if (!response.ok) throw await refusal(provider.name, response, clock);
    const metadata = responseMetadata(provider, response);
    if (metadata !== undefined) ofHeaders.add(metadata);
    const parts = pipe(response.body ?? [], provider.decode(), before(metadata));
    return PAGE.test(typeOf(response)) ? pipe(parts, refusePage(provider, response)) : parts;
  } catch (error) {
    // Nobody will read it; one that is being read already is not ours to end.
    response.body?.cancel(error).catch(ignore);
    throw error;
  }
}

/** The same `TypeError` stands for a network that is down and for a host that does not exist. */
const NO_ANSWER = { kind: "transport", message: "no response came", retryable: true } as const;

/** Puts a part in front of all others. */
function before(part: Part | undefined): Stage<Part, Part> {
  return stage((emit) => {
    if (part !== undefined) emit(part);
    return { push: emit };
  });
}

const PAGE = /^text\/html\b/i;

function typeOf({ headers }: Response): string {
  return headers.get("content-type") ?? "";
}

/**
 * A page in the place of an answer, such as a proxy's that wants a login: asking again would bring it again.
 * Some servers call everything a page, so it has to be one that cannot be read.
 */
function refusePage({ name }: Provider, response: Response): Stage<Part, Part> {
  const { status, headers } = response;
  return stage((emit) => {
    let isRead = false; // something of it
    return {
      push(part) {
        const isError = part.type === "error";
        if (isError && part.error.kind === "malformed-event" && !isRead) {
          const message = `the answer is no stream, but ${typeOf(response)}`;
          const { data } = part.error;
          const error = { kind: "transport", message, retryable: false, status, data } as const;
          throw new ProviderError({ provider: name, headers, error });
        }
        isRead ||= !isError && part.type !== "response-metadata";
        emit(part);
      },
    };
  });
}

function ignore(): void {
  // The connection is lost, or somebody else's.
}
