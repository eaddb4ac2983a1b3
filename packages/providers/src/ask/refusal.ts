import type { Clock } from "@millrace/core/clock";
import { retryAfter } from "@millrace/core/retry-after";
import { openSource, type Feed } from "@millrace/core/streams";
import { ProviderError } from "../provider-error.ts";
import { providerError, WORDLESS } from "../shared/stream-error.ts";
import { fields, list } from "../shared/wire.ts";

const LONGEST_BODY = 65_536; // bytes
const PATIENCE = 5_000; // milliseconds; the body of an error is not worth more
const LONGEST_TEXT = 200; // in a message
const EVENT = /^data:(.*)$/m;
const AWS_TYPE = /(\w+)(?:[:,]|$)/; // a namespace may stand before it, an address behind

/** What a response says whose status is no success. */
export async function refusal(
  provider: string,
  response: Response,
  clock: Clock,
): Promise<ProviderError> {
  const { status, statusText, headers } = response;
  const body = await readText(response, clock);
  const data = parse(body);
  const [first = data] = list(data); // some servers send their errors in a list
  const inner = fields(first)["error"] ?? first;
  const type = AWS_TYPE.exec(headers.get("x-amzn-errortype") ?? "")?.[1];
  const error = providerError(type === undefined ? inner : { type, ...fields(inner) }, {
    ...fields(first),
    status_code: status,
  });
  const asked = headers.get("x-should-retry");
  const retryAfterMs = retryAfter(headers) ?? error.retryAfterMs;
  const isRedirect = response.type === "opaqueredirect" || (status >= 300 && status < 400);
  const isHtml = typeof data === "string" && (data === "" || data.startsWith("<"));
  const words = isHtml ? statusText : error.message === WORDLESS ? body : error.message;
  const said = isRedirect ? "redirects are not followed" : words.slice(0, LONGEST_TEXT);
  return new ProviderError({
    provider,
    headers,
    error: {
      ...error,
      message: `${status} ${said}`.trim(),
      status,
      retryable: asked === null ? error.retryable : asked === "true",
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      data,
    },
  });
}

/** The beginning of the body, or what came of it. */
async function readText({ body }: Response, clock: Clock): Promise<string> {
  if (body === null || body.locked) return ""; // `onResponse` may have read it
  const feed: Feed<Uint8Array> = openSource(body);
  const decoder = new TextDecoder();
  let stop = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    stop = clock.after(PATIENCE, () => {
      resolve(undefined);
    });
  });
  let text = "";
  let left = LONGEST_BODY;
  try {
    while (left > 0) {
      const result = await Promise.race([feed.read(), late]);
      if (result?.value === undefined) break;
      text += decoder.decode(result.value.subarray(0, left), { stream: true });
      left -= result.value.length;
    }
  } catch {
    // The status has said what is wrong.
  }
  stop();
  feed.cancel(undefined);
  return text;
}

/** Some servers send their errors, too, as events: the first one tells. */
function parse(text: string): unknown {
  for (const json of [text, EVENT.exec(text)?.[1] ?? ""]) {
    try {
      return JSON.parse(json);
    } catch {
      // It is something else.
    }
  }
  return text.trim();
}
