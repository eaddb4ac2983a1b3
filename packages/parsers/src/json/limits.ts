/** What a JSON value, or a line that holds one, may be long unless told otherwise: 16 MiB. */
export const DEFAULT_MAX_JSON_LENGTH = 16_777_216;

/** How deep containers may nest unless told otherwise. */
export const DEFAULT_MAX_DEPTH = 512;
