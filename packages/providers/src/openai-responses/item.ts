import type { Wire } from "../shared/wire.ts";
import type { StreamedBlock } from "./streamed-block.ts";

/** A member of the output, between its beginning and its end. */
export interface Item {
  /** The block that a status of this item is about. */
  readonly blockId: string | undefined;
  /** Takes an event that is about this item, named without `response.`; false if it knows none such. */
  read(event: Wire, name: string): boolean;
  /** The item as it is when it is done. */
  done(item: Wire): void;
  /** No more comes; `whole`: the provider says that nothing is missing. */
  close(whole: boolean): void;
}

export type WrittenKind = "text" | "refusal" | "reasoning";

/** What items tell the answer. */
export interface ItemNews {
  wrote(block: StreamedBlock, kind: WrittenKind): void;
  /** A call has been told of that the caller is to answer, and can where it is `valid`. */
  called(isValid: boolean): void;
  /** What is done without having begun has been told of before. */
  isResumed(): boolean;
}
