import { jsonItems } from "@millrace/parsers";
import { z } from "zod";
import { BUFFER_TYPES } from "./buffers.ts";
import { Failure } from "./failure.ts";

const message = z.strictObject({
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: z.string(),
});

/** What every route takes. A misspelt name is refused: it would silently do nothing. */
const questionFields = {
  prompt: z.string().min(1).optional(),
  messages: z.array(message).min(1).optional(),
  max_tokens: z.int().positive().optional(),
  max_completion_tokens: z.int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
};

const answerFields = {
  ...questionFields,
  model: z.string().min(1).optional(),
  /** A client that is gone cancels the answer, unless it is this. */
  resumable: z.boolean().optional(),
};

export const rawRequest = z.strictObject(answerFields).superRefine(haveOneQuestion);

export const bufferedRequest = z
  .strictObject({
    ...answerFields,
    buffer_type: z.enum(BUFFER_TYPES),
  })
  .superRefine(haveOneQuestion);

export const jsonRequest = z
  .strictObject({
    ...answerFields,
    /** `values`: each that is whole; `growing`: the one, as it grows; `items`: those at `path`. */
    mode: z.enum(["values", "growing", "items"]).default("values"),
    path: z.string().refine(isJsonPath, "not a path, as in $.items[*]").optional(),
  })
  .superRefine(haveOneQuestion)
  .superRefine(({ mode, path }, context) => {
    if ((mode === "items") === (path !== undefined)) return;
    const message = "is for the mode items, and needed there";
    context.addIssue({ code: "custom", path: ["path"], message });
  });

export const codeRequest = z
  .strictObject({ ...answerFields, live: z.boolean().default(false) })
  .superRefine(haveOneQuestion);

const MOST_COMPARED = 8;

export const compareRequest = z
  .strictObject({
    ...questionFields,
    resumable: z.boolean().optional(),
    models: z
      .array(z.string().min(1))
      .min(1)
      .max(MOST_COMPARED)
      .refine((models) => new Set(models).size === models.length, "each model once"),
  })
  .superRefine(haveOneQuestion);

export type AnswerRequest = z.infer<typeof rawRequest>;

function haveOneQuestion(
  { prompt, messages }: Pick<AnswerRequest, "prompt" | "messages">,
  context: z.RefinementCtx,
): void {
  if ((prompt === undefined) !== (messages === undefined)) return;
  const path = [prompt === undefined ? "prompt" : "messages"];
  const message = "give either prompt or messages";
  context.addIssue({ code: "custom", path, message, continue: false });
}

function isJsonPath(path: string): boolean {
  try {
    jsonItems(path);
    return true;
  } catch {
    return false;
  }
}

/** The body of a request, checked; throws a `Failure` that names the first field that is wrong. */
export function readRequest<T>(schema: z.ZodType<T>, body: string): T {
  if (body.trim() === "") throw invalid("body", "the request has no body; send JSON");
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw invalid("body", `not JSON: ${(error as SyntaxError).message}`);
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const issue = deepest(error.issues[0]!);
  const inside = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  throw invalid(fieldName([...issue.path, ...inside]), issue.message);
}

/** Of what may be one thing or another, the one that was meant: where the mistake is furthest in. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const inner = issue.errors.flat().map(deepest);
  const last = inner.reduce((one, other) => (other.path.length > one.path.length ? other : one));
  return { ...last, path: [...issue.path, ...last.path] };
}

function fieldName(path: PropertyKey[]): string {
  const name = path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
  return name === "" ? "body" : name;
}

/** What is wrong with a request, and where. */
export function invalid(field: string, message: string): Failure {
  return new Failure(`${field}: ${message}`, {
    status: 400,
    kind: "invalid-request",
    retryable: false,
    field,
  });
}
