export {
  chatRecording,
  type Answer,
  type ChatRecordingOptions,
  type Choice,
  type ToolCall,
} from "./chat-recording.ts";
export type {
  CommentOptions,
  Conditions,
  ErrorEventFault,
  Fault,
  Place,
  StatusFault,
} from "./conditions.ts";
export type { ReplayDirections } from "./directions.ts";
export { answers, type AnswerName, type Answers } from "./fixtures/answers.ts";
export type { Frame, Recording } from "./recording.ts";
export type { Outcome, ReplayRequest } from "./requests.ts";
export { startReplay, type ReplayOptions, type ReplayUpstream } from "./start-replay.ts";
export { tokens } from "./tokens.ts";
