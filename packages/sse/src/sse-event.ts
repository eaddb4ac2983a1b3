/** One event of a stream, as the HTML standard dispatches it. */
export interface SseEvent {
  /** The event's name; `message` if it has none. */
  type: string;
  data: string;
  /** The last id that the stream has set, in this event or before. */
  lastEventId: string;
  /** Only if this very event set one. */
  id?: string;
}
