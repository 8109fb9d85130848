/** The operations of the fair index as Lua, so that each is one atomic step in Redis and any process may run it. */
import { COMMON } from './fair-index-common.ts';

/** ARGV: id, organization, bytes, most queued, most bytes queued, settings or ''. Answers reason (or '') and released ids. */
export const SUBMIT = `${COMMON}
local id, organization, bytes = ARGV[1], ARGV[2], tonumber(ARGV[3])
if ARGV[6] ~= '' then configure(organization, ARGV[6]) end
if call('HEXISTS', entries, id) == 0 then
  if call('ZCARD', backlog_prefix .. organization) + 1 > tonumber(ARGV[4]) then return {'count'} end
  if number_of(queued_bytes, organization) + bytes > tonumber(ARGV[5]) then return {'bytes'} end
  enqueue(organization, id, bytes, call('HINCRBY', state, 'next_order', 1))
  place(organization, tag_of(organization))
end
local answer = release()
table.insert(answer, 1, '')
return answer
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

/** ARGV: 1 to let nothing out, 0 to go on. Answers released ids. */
export const SET_PAUSED = `${COMMON}
if ARGV[1] == '1' then call('HSET', state, 'paused', 1) else call('HDEL', state, 'paused') end
return release()
`;

/** ARGV: organization, settings, for each. Answers released ids. */
export const CONFIGURE = `${COMMON}
for at = 1, #ARGV, 2 do configure(ARGV[at], ARGV[at + 1]) end
return release()
`;

/** Nothing of the organization is left, nor of what was set for it. ARGV: organization. Answers released ids. */
export const FORGET = `${COMMON}
local organization = ARGV[1]
for _, id in ipairs(call('ZRANGE', backlog_prefix .. organization, 0, -1)) do call('HDEL', entries, id) end
for _, id in ipairs(call('ZRANGE', inflight, 0, -1)) do
  if parse(call('HGET', entries, id) or '|0|0') == organization then
    call('HDEL', entries, id)
    call('ZREM', inflight, id)
  end
end
call('UNLINK', backlog_prefix .. organization)
for _, key in ipairs({ queued_bytes, running, settings }) do call('HDEL', key, organization) end
for _, key in ipairs({ ready, tags, members }) do call('ZREM', key, organization) end
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
  for _, organization in ipairs(call('ZRANGE', members, 0, -1)) do call('UNLINK', backlog_prefix .. organization) end
  call('UNLINK', ready, tags, entries, inflight, queued_bytes, running, members)
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
  local order = call('HINCRBY', state, 'rebuild_order', 1)
  if call('ZSCORE', backlog_prefix .. organization, id) then
    -- From a rebuild that broke off, or submitted since the call: rows tell the order.
    record(organization, id, bytes, order)
    call('ZADD', backlog_prefix .. organization, order, id)
  elseif call('HEXISTS', entries, id) == 0 then
    if dispatched == '1' then
      record(organization, id, bytes, order)
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

/**
 * ARGV: organizations. Answers for each: queued, bytes, in flight, settings, the id that waits longest or '',
 * 1 where it may be served.
 */
export const STATE = `${COMMON}
local answer = {}
for _, organization in ipairs(ARGV) do
  local backlog = backlog_prefix .. organization
  local numbers = { call('ZCARD', backlog), number_of(queued_bytes, organization), number_of(running, organization) }
  local place = call('ZSCORE', ready, organization) and '1' or '0'
  local oldest = call('ZRANGE', backlog, 0, 0)[1] or ''
  for _, number in ipairs(numbers) do answer[#answer + 1] = string.format('%.0f', number) end
  for _, text in ipairs({ call('HGET', settings, organization) or DEFAULT, oldest, place }) do
    answer[#answer + 1] = text
  end
end
return answer
`;
