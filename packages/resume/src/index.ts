export {
  isStoreError,
  StoreError,
  type AcquireOptions,
  type Lease,
  type ReadOptions,
  type Store,
  type StoredEntry,
  type StoredState,
  type StoredStatus,
  type StoreErrorCode,
  type StoreErrorOptions,
} from "@millrace/core/store";
export type { Cursor } from "./cursor.ts";
export { memoryStore, type MemoryStoreOptions } from "./memory-store.ts";
export {
  record,
  type RecordContext,
  type RecordedEntry,
  type RecordFunction,
  type RecordSource,
} from "./record.ts";
export type { RecordOptions } from "./record/settings.ts";
export {
  replay,
  type ReplayedEntry,
  type ReplayEntriesOptions,
  type ReplayFunction,
  type ReplayOptions,
  type ReplayValuesOptions,
} from "./replay.ts";
export {
  isResumeError,
  ResumeError,
  type ResumeErrorCode,
  type ResumeErrorOptions,
} from "./resume-error.ts";
export { status, type StreamStatus } from "./status.ts";
export type { PlaceOptions } from "./store-access.ts";
export { stop, type StopOptions } from "./stop.ts";
export { takeOver, type TakeOverFunction, type TakeOverSource } from "./take-over.ts";
