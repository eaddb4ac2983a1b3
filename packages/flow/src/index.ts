export { operator, type Operator } from "./operator.ts";
export { toArray } from "./to-array.ts";
