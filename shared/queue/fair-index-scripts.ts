/**
 * The fair index as Lua, so that each operation is one atomic step in Redis and any process may run it.
 *
 * Start-time fair queueing: an organization with something to serve stands in `ready` with a start tag; the lowest tag
 * is served first, becomes the virtual time, and moves its organization on by 1 / weight. Whoever comes (back) starts
 * at the virtual time or at its own tag, whichever is higher: idle time earns nothing. Tags of organizations that have
 * nothing to serve are forgotten as soon as the virtual time has passed them.
 *
 * An entry is `organization|bytes|order`; it stands in its organization's backlog (by order) or in `inflight`.
 */

/** Names of KEYS, and what every operation needs. */
const COMMON = `
local state, ready, tags, entries, inflight, queued_bytes, running, weights, caps, backlog_prefix = unpack(KEYS)
local call = redis.call

local function number_of(key, field) return tonumber(call('HGET', key, field) or 0) end

local function now_ms()
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function add(key, field, by)
  if call('HINCRBY', key, field, by) <= 0 then call('HDEL', key, field) end
end

local function parse(entry)
  local organization, bytes, order = string.match(entry, '^(.*)|(%d+)|(-?%d+)$')
  return organization, tonumber(bytes), tonumber(order)
end

local function share_of(organization) return 1 / tonumber(call('HGET', weights, organization) or 1) end

local function may_run(organization)
  local cap = call('HGET', caps, organization)
  return not cap or number_of(running, organization) < tonumber(cap)
end

local function tag_of(organization)
  return tonumber(call('ZSCORE', ready, organization) or call('ZSCORE', tags, organization) or 0)
end

-- Puts the organization where its backlog and cap say: among those to serve, or aside with its tag.
local function place(organization, tag)
  local virtual_time = number_of(state, 'virtual_time')
  if call('EXISTS', backlog_prefix .. organization) == 1 and may_run(organization) then
    call('ZADD', ready, math.max(tag, virtual_time), organization)
    call('ZREM', tags, organization)
  else
    call('ZREM', ready, organization)
    if tag > virtual_time then call('ZADD', tags, tag, organization) else call('ZREM', tags, organization) end
  end
end

local function enqueue(organization, id, bytes, order)
  call('HSET', entries, id, string.format('%s|%.0f|%.0f', organization, bytes, order))
  call('ZADD', backlog_prefix .. organization, order, id)
  add(queued_bytes, organization, bytes)
end

local function start(organization, id, at_ms)
  call('ZADD', inflight, at_ms, id)
  add(running, organization, 1)
end

local function serve(organization, tag, at_ms)
  local id = call('ZPOPMIN', backlog_prefix .. organization)[1]
  local _, bytes = parse(call('HGET', entries, id))
  add(queued_bytes, organization, -bytes)
  start(organization, id, at_ms)
  call('HSET', state, 'virtual_time', string.format('%.17g', tag))
  place(organization, tag + share_of(organization))
  return id
end

-- Dispatches while fewer than slots + 1 are in flight; nothing without a slot or during a rebuild.
local function release()
  local released = {}
  local slots, at_ms = number_of(state, 'slots'), now_ms()
  if slots == 0 or number_of(state, 'held_until_ms') > at_ms then return released end
  local free = slots + 1 - call('ZCARD', inflight)
  while #released < free do
    local head = call('ZRANGE', ready, 0, 0, 'WITHSCORES')
    if #head == 0 then break end
    released[#released + 1] = serve(head[1], tonumber(head[2]), at_ms)
  end
  if #released > 0 then call('ZREMRANGEBYSCORE', tags, '-inf', call('HGET', state, 'virtual_time')) end
  return released
end
`;

/** ARGV: id, organization, bytes, most queued, most bytes queued. Answers reason (or '') and released ids. */
export const SUBMIT = `${COMMON}
local id, organization, bytes = ARGV[1], ARGV[2], tonumber(ARGV[3])
if call('HEXISTS', entries, id) == 0 then
  if call('ZCARD', backlog_prefix .. organization) + 1 > tonumber(ARGV[4]) then return {'count'} end
  if number_of(queued_bytes, organization) + bytes > tonumber(ARGV[5]) then return {'bytes'} end
  enqueue(organization, id, bytes, call('HINCRBY', state, 'next_order', 1))
  place(organization, tag_of(organization))
end
return {'', unpack(release())}
`;

/** ARGV: id. Answers released ids. */
export const FINISH = `${COMMON}
local id = ARGV[1]
local entry = call('HGET', entries, id)
if entry then
  local organization, bytes = parse(entry)
  call('HDEL', entries, id)
  if call('ZREM', inflight, id) == 1 then
    add(running, organization, -1)
  else
    call('ZREM', backlog_prefix .. organization, id)
    add(queued_bytes, organization, -bytes)
  end
  place(organization, tag_of(organization))
end
return release()
`;

/** ARGV: slots. Answers released ids. */
export const SET_SLOTS = `${COMMON}
call('HSET', state, 'slots', ARGV[1])
return release()
`;

/** ARGV: id. The organization gets the turn back that it was charged for. */
export const GIVE_BACK = `${COMMON}
local id = ARGV[1]
local entry = call('HGET', entries, id)
if entry and call('ZREM', inflight, id) == 1 then
  local organization, bytes, order = parse(entry)
  add(running, organization, -1)
  enqueue(organization, id, bytes, order)
  place(organization, tag_of(organization) - share_of(organization))
end
return 1
`;

/** Empties an index that has an epoch; one that lost it holds only what was submitted since, and keeps that. ARGV: hold in ms. */
export const BEGIN_REBUILD = `${COMMON}
if call('HEXISTS', state, 'epoch') == 1 then
  for _, organization in ipairs(call('HKEYS', queued_bytes)) do call('UNLINK', backlog_prefix .. organization) end
  for _, organization in ipairs(call('ZRANGE', ready, 0, -1)) do call('UNLINK', backlog_prefix .. organization) end
  call('UNLINK', ready, tags, entries, inflight, queued_bytes, running)
  call('HDEL', state, 'epoch', 'virtual_time', 'next_order', 'lowest_order')
end
call('HSET', state, 'held_until_ms', now_ms() + ARGV[1])
call('HINCRBY', state, 'lowest_order', -1000000000)
call('HSET', state, 'rebuild_order', call('HGET', state, 'lowest_order'))
return 1
`;

/** ARGV: hold in ms, then id, organization, bytes, 1 when dispatched, for each entry; orders are below all others. */
export const RESTORE = `${COMMON}
local at_ms = now_ms()
call('HSET', state, 'held_until_ms', at_ms + ARGV[1])
for at = 2, #ARGV, 4 do
  local id, organization, bytes, dispatched = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3]
  if call('HEXISTS', entries, id) == 0 then
    local order = call('HINCRBY', state, 'rebuild_order', 1)
    if dispatched == '1' then
      call('HSET', entries, id, string.format('%s|%.0f|%.0f', organization, bytes, order))
      start(organization, id, at_ms)
    else
      enqueue(organization, id, bytes, order)
    end
    place(organization, tag_of(organization))
  end
end
return 1
`;

/** Answers released ids. */
export const END_REBUILD = `${COMMON}
call('HSET', state, 'epoch', now_ms())
call('HDEL', state, 'held_until_ms', 'rebuild_order')
return release()
`;
