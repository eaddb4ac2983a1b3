/** A container that is open, and what is to be known later of how it grew. */
export interface Frame {
  /** Of an object, the members that are whole, or, if drafts are live, all of them. */
  readonly container: unknown[] | Record<string, unknown>;
  /** Of the members, in the order of the text. */
  readonly names: string[] | undefined;
  /** The values of the members in the same order; of an array, the array itself. */
  readonly children: unknown[];
  /** `Object.assign` copies the object well. */
  isSimple: boolean;
  readonly parent: Frame | undefined;
  /** How many containers are open with it: the length of its children's paths. */
  readonly depth: number;
  /** How many children its parent has, as long as this is open: it is the last of them. */
  readonly place: number;
}

/** The name of a member that an assignment does not make. */
const PROTO = "__proto__";

// With more members, engines make a table of an object: to copy that costs a hundred times as much as
// to make the object anew.
const MOST_SIMPLE = 12;

/** Adds a child, for now to what is known of how the container grew. */
export function addChild(frame: Frame, name: string, value: unknown): void {
  const { children, names } = frame;
  children.push(value);
  if (names === undefined) return;
  names.push(name);
  if (name === PROTO || names.length > MOST_SIMPLE) frame.isSimple = false;
}

/** Makes a name an own member, whatever it means to the language. */
export function setMember(object: object, name: string, value: unknown): void {
  if (name === PROTO) {
    const data = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(object, name, data);
  } else (object as Record<string, unknown>)[name] = value;
}

/** The names and indexes that lead to the last child of the innermost open container. */
export function pathTo(innermost: Frame | undefined): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = innermost; at !== undefined; at = at.parent) {
    const last = at.children.length - 1;
    path.push(at.names === undefined ? last : at.names[last]!);
  }
  return path.reverse();
}
