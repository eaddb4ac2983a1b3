export interface SseEvent {
  type: string;
  data: string;
  lastEventId: string;
  id?: string;
}
