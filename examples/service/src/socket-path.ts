/** Where sockets are opened: the only place where answers have no request of their own. */
export const SOCKETS = "/v1/ws/stream";
