/**
 * A value of type `T` that still grows: members and items may be missing, texts may be the beginning
 * of what they will be.
 */
export type DeepPartial<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? number extends T["length"]
      ? DeepPartial<Item>[]
      : { [Index in keyof T]?: DeepPartial<T[Index]> }
    : T extends object
      ? { [Name in keyof T]?: DeepPartial<T[Name]> }
      : T;

/**
 * A document as far as it has come. `value` may be a getter, which consoles do not call: log
 * `draft.value`.
 */
export type Draft<T> =
  | { readonly value: DeepPartial<T>; readonly complete: false }
  | { readonly value: T; readonly complete: true };
