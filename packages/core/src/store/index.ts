export {
  isStoreError,
  StoreError,
  type StoreErrorCode,
  type StoreErrorOptions,
} from "./store-error.ts";
export type {
  AcquireOptions,
  Lease,
  ReadOptions,
  Store,
  StoredEntry,
  StoredState,
  StoredStatus,
} from "./store.ts";
