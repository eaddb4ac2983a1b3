/**
 * What must happen as one, in Lua. Each runs on the keys of one stream, in this order:
 *
 * 1. the log, a Redis stream. An entry `<epoch>-<seq>` holds one or more entries of ours, the last of
 *    them `seq`, as fields `<seq> <text>`, and `end` behind those that end the stream. An entry
 *    `<epoch>-0` is a fence: from then on Redis itself takes nothing of an earlier epoch.
 * 2. the state, a hash: `epoch`, `holder`, `born` (the stream's first epoch), `tail`, `ended`, `lease`,
 *    `ttl`, `seen` (when the producer last was), `read` (when a reader last was), `kept` (until when the
 *    keys are kept), `starts` (the tail at which each epoch began), `trimmed`.
 * 3. the wish to stop, a Redis stream of at most one entry.
 *
 * Times are those of Redis. The first epoch of a stream is the time, so that none is ever given twice
 * for an id, also when it is used again. Where the log is gone, so is the stream: the state stays a
 * while longer, should the clock go back.
 */

function script(...pieces: string[]): string {
  return pieces.join("");
}

// Every script begins so: `now` in milliseconds; `get` reads the state.
const PRELUDE = `
local log, state, wish = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function get(...) return unpack(redis.call('HMGET', state, ...)) end
local exists = redis.call('EXISTS', log) == 1 and redis.call('HEXISTS', state, 'tail') == 1
`;

// The producer is there. Keys are told to live longer at most once in a quarter of their time, by
// that much more than they must; once the stream has ended, for exactly as long.
const SEEN = `
local function seen(ttl, kept, ended)
  redis.call('HSET', state, 'seen', now)
  if not ended and now + ttl <= (tonumber(kept) or 0) then return end
  local life = ended and ttl or ttl + math.floor(ttl / 4)
  redis.call('PEXPIRE', log, life)
  redis.call('PEXPIRE', wish, life)
  redis.call('PEXPIRE', state, life + ttl)
  redis.call('HSET', state, 'kept', now + life)
end
`;

/**
 * `lease ttl fresh holder` → `epoch tail`, or nothing: refused. The same holder, asking again before it
 * has appended, is given the same again: its answer was lost.
 */
const ACQUIRE = /* @__PURE__ */ script(
  PRELUDE,
  SEEN,
  `
local lease, ttl, fresh, holder = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1', ARGV[4]
local epoch, held, born, tail, ended = get('epoch', 'holder', 'born', 'tail', 'ended')
local last, length, starts = get('seen', 'lease', 'starts')
epoch = tonumber(epoch) or 0
if exists then
  if held == holder then return {epoch, tonumber(tail)} end
  if ended or (fresh and tonumber(tail) > 0) then return false end
  if now < last + length then return false end
else
  redis.call('DEL', log, state, wish)
  tail, starts = '0', ''
end
epoch = exists and epoch + 1 or math.max(epoch + 1, now)
born = exists and born or epoch
redis.call('XADD', log, epoch .. '-0', 'tail', tail, 'born', born)
redis.call('HSET', state, 'epoch', epoch, 'holder', holder, 'born', born, 'tail', tail,
  'lease', lease, 'ttl', ttl, 'starts', (starts or '') .. epoch .. ':' .. tail .. ' ')
seen(ttl, nil, false)
return {epoch, tonumber(tail)}
`,
);

/**
 * `epoch end maxLength first text…` → `ok`, `fenced` or `gap`. What is there already is done. Without
 * a text it is a sign of life.
 */
const APPEND = /* @__PURE__ */ script(
  PRELUDE,
  SEEN,
  `
local ends, maxLength, first = ARGV[2] == '1', ARGV[3], tonumber(ARGV[4])
local last = first + #ARGV - 5
local epoch, tail, ended, ttl, kept = get('epoch', 'tail', 'ended', 'ttl', 'kept')
if not exists or epoch ~= ARGV[1] then return 'fenced' end
tail = tonumber(tail)
if ended then return (#ARGV > 4 and last <= tail) and 'ok' or 'fenced' end
if #ARGV > 4 then
  if first > tail + 1 then return 'gap' end
  if last > tail then
    local entry = {'XADD', log}
    local function put(value) entry[#entry + 1] = value end
    if maxLength ~= '0' then put('MAXLEN') put('~') put(maxLength) end
    put(epoch .. '-' .. last)
    for seq = tail + 1, last do put(seq) put(ARGV[5 + seq - first]) end
    if ends then put('end') put('1') end
    redis.call(unpack(entry))
    redis.call('HSET', state, 'tail', last)
    if ends then redis.call('HSET', state, 'ended', 1) end
    if maxLength ~= '0' then redis.call('HSET', state, 'trimmed', 1) end
  end
end
seen(tonumber(ttl), kept, ends)
return 'ok'
`,
);

/** `attend` → `epoch tail state leaseLeft unreadFor oldest`, or nothing: missing. */
const STATUS = /* @__PURE__ */ script(
  PRELUDE,
  `
if not exists then return false end
if ARGV[1] == '1' then redis.call('HSET', state, 'read', now) end
local epoch, tail, ended, lease, last, read, trimmed = get('epoch', 'tail', 'ended', 'lease', 'seen', 'read', 'trimmed')
local left = math.max(0, last + lease - now)
local oldest = 1
if trimmed then
  local field = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1][2]
  oldest = field[1] == 'tail' and field[2] + 1 or tonumber(field[1])
end
local name = ended and 'ended' or (left > 0 and 'live' or 'orphaned')
return {tonumber(epoch), tonumber(tail), name, ended and 0 or left, read and math.max(0, now - read) or -1, oldest}
`,
);

/** `reason` → 1, or 0: there is nothing to stop. */
const STOP = /* @__PURE__ */ script(
  PRELUDE,
  `
if not exists or get('ended') then return 0 end
if redis.call('EXISTS', wish) == 0 then
  redis.call('XADD', wish, '1-1', 'reason', ARGV[1])
  redis.call('PEXPIRE', wish, redis.call('PTTL', log))
end
return 1
`,
);

const DELETE = /* @__PURE__ */ script(
  PRELUDE,
  `
local epoch, ttl = get('epoch', 'ttl')
redis.call('DEL', log, state, wish)
if epoch then
  redis.call('HSET', state, 'epoch', epoch)
  redis.call('PEXPIRE', state, ttl or 1000)
end
return 1
`,
);

export const SCRIPTS: Record<ScriptName, string> = {
  acquire: ACQUIRE,
  append: APPEND,
  status: STATUS,
  stop: STOP,
  delete: DELETE,
};

export type ScriptName = "acquire" | "append" | "status" | "stop" | "delete";
