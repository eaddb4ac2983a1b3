/** What goes into an event stream: an event, or a note to the client that is none. */
export type SseMessage = SseEventMessage | SseNote;

/** An event to be sent. What `decodeSse` gives can be sent again. */
export interface SseEventMessage {
  /** Any text. Its line ends arrive as LF. */
  data: string;
  /** Default `message`. One line, and no NUL. */
  type?: string | undefined;
  /** What the client's `Last-Event-ID` will be. One line, and no NUL. */
  id?: string | undefined;
  /** Milliseconds until the client comes back after the connection is lost. */
  retry?: number | undefined;
  /** For the reader of the wire: no client sees it. It goes ahead, as a block of its own. */
  comment?: string | undefined;
}

/** A message without data, which clients take note of, or ignore, without an event. */
export interface SseNote {
  data?: undefined;
  type?: undefined;
  id?: string | undefined;
  retry?: number | undefined;
  comment?: string | undefined;
}
