/** For errors. */
export const STAGE = "partialJson";
export const ACTION = "read JSON";
