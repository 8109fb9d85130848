/**
 * What the scripts of the fair index share, as Lua.
 *
 * Start-time fair queueing: an organization with something to serve stands in `ready` with a start tag; the lowest tag
 * is served first, becomes the virtual time, and moves its organization on by 1 / weight. Whoever comes (back) starts
 * at the virtual time or at its own tag, whichever is higher: idle time earns nothing. Tags of organizations that have
 * nothing to serve are forgotten as soon as the virtual time has passed them.
 *
 * So a start tag is never behind the virtual time, and ahead of it by 1 / weight at most; what a change of the weight
 * leaves of the last turn is stretched with it. Hence over any time in which two organizations could be served at every
 * moment and kept their weights, |served_b / w_b − served_d / w_d| ≤ 1 / w_b + 1 / w_d. An organization cannot be served
 * while nothing of it waits, while it is paused, or while as many are in flight as its cap allows. A turn that is given
 * back is not counted.
 *
 * An entry is `organization|bytes|order`; it stands in its organization's backlog (by order) or in `inflight`.
 */
export const COMMON = `
local state, ready, tags, entries, inflight, queued_bytes, running, settings, members, backlog_prefix = unpack(KEYS)
local call = redis.call
-- weight|cap|paused|version of an organization that nothing was set for; it is stored nowhere.
local DEFAULT = '1||0|1'

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

local function parse_settings(text)
  local weight, cap, paused, version = string.match(text, '^(.*)|(.*)|(.*)|(.*)$')
  return tonumber(weight), tonumber(cap), paused == '1', tonumber(version)
end

local function settings_of(organization) return parse_settings(call('HGET', settings, organization) or DEFAULT) end

local function share_of(organization) return 1 / settings_of(organization) end

local function may_run(organization)
  local _, cap, paused = settings_of(organization)
  return not paused and (not cap or number_of(running, organization) < cap)
end

local function tag_of(organization)
  return tonumber(call('ZSCORE', ready, organization) or call('ZSCORE', tags, organization) or 0)
end

-- Puts the organization where its backlog, cap and pause say: among those to serve, or aside with its tag.
local function place(organization, tag)
  local virtual_time = number_of(state, 'virtual_time')
  local waits = call('EXISTS', backlog_prefix .. organization) == 1
  if waits or call('HEXISTS', running, organization) == 1 then
    call('ZADD', members, 0, organization)
  else
    call('ZREM', members, organization)
  end
  if waits and may_run(organization) then
    call('ZADD', ready, math.max(tag, virtual_time), organization)
    call('ZREM', tags, organization)
  else
    call('ZREM', ready, organization)
    if tag > virtual_time then call('ZADD', tags, tag, organization) else call('ZREM', tags, organization) end
  end
end

-- Settings of an earlier version than those that are there are left alone: the process that brings them is behind.
local function configure(organization, given)
  if (call('HGET', settings, organization) or DEFAULT) == given then return end
  local weight_before, _, _, version_before = settings_of(organization)
  local weight, _, _, version = parse_settings(given)
  if version < version_before then return end
  if given == DEFAULT then call('HDEL', settings, organization) else call('HSET', settings, organization, given) end
  local virtual_time = number_of(state, 'virtual_time')
  local ahead = math.max(tag_of(organization) - virtual_time, 0)
  place(organization, virtual_time + ahead * weight_before / weight)
end

local function record(organization, id, bytes, order)
  call('HSET', entries, id, string.format('%s|%.0f|%.0f', organization, bytes, order))
end

local function enqueue(organization, id, bytes, order)
  record(organization, id, bytes, order)
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

-- Dispatches while fewer than slots + 1 are in flight; nothing without a slot, while all is paused or during a rebuild.
local function release()
  local released = {}
  local slots, at_ms = number_of(state, 'slots'), now_ms()
  if slots == 0 or call('HEXISTS', state, 'paused') == 1 then return released end
  if number_of(state, 'held_until_ms') > at_ms then return released end
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
