import type { EncoderOptions } from "@millrace/providers";
import { failureOf } from "../refusal.ts";

/** An answer is the service's own: so are its name, its time and its words about errors. */
export function encoderOptions(prefix: string): EncoderOptions {
  return {
    id: `${prefix}${crypto.randomUUID().replaceAll("-", "")}`,
    timestamp: new Date(),
    errorText: (error) => failureOf(error).message,
  };
}
