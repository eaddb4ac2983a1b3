/** A value without children. */
export type Scalar = string | number | boolean | null;

/** What becomes of a document while it is read: a tree, or a report of its changes. */
export interface Sink {
  /** Of the member whose value comes next. */
  name(name: string): void;
  open(isArray: boolean): void;
  /** The innermost open container is whole. `end` is where it ends in the document. */
  close(end: number): void;
  /** A scalar is whole, also one that has been shown before. */
  value(value: Scalar, end: number): void;
  /** A number so far. */
  show(value: number): void;
  /**
   * A string so far grows; with the first piece, which may be empty, it begins. No piece ends in half
   * of a surrogate pair of which the other half may come.
   */
  append(piece: string): void;
  /** The string that grew is whole. */
  endText(end: number): void;
  /** What can be read of the input has been read. */
  settle(): void;
  /** No more will come, and what is open stays incomplete. */
  abort?(): void;
}
