-- Shared by all scripts of the inbox: Script.java puts it before each of them. KEYS[1] is the
-- prefix of all keys; it has the hash tag that keeps them on one node of a cluster.
--
--   stream      the waiting entries with their events; its consumer group has the claims
--   sequence    the last sequence used
--   note:N      a waiting entry's refusals, due date, topic that it is held behind, and reason;
--               here and below, a topic may be followed by a tab and a partition key
--   returned    waiting entries that are free again, by sequence
--   due         refused entries, by the date at which they are tried again
--   held:TOPIC  waiting entries that are held behind a topic, by sequence
--   topics      those topics, by when their replica's lease ends
--   parked      parked entries, by sequence; entry:N has each with its event
--   id:EVENT    the sequence of a waiting or parked entry; else what is remembered, with an expiry
--   memo:NAME   a text beside the entries, such as what is known about secrets
--   serving     the replicas, by when their lease ends
--   readers     the highest format that each replica reads; missing for those before format 2
--   version     the highest format of anything written here
--
-- Format 2 keeps the id of an event's object: as `object` of the entry, and after the state of a
-- remembered event. An entry without an object is as in format 1.
--
-- Format 3 keeps a body as raw deflate (RFC 1951) if that is smaller: an entry with `deflated`,
-- which is the size of the body as Stripe sent it. The checksum covers that body. An entry without
-- `deflated` is as in format 2.
--
-- An entry stays in the format that it was written in. A different event under a known id gets a
-- further id, `EVENT-2` to `EVENT-16`, and with it a key of its own.
--
-- When Redis is out of memory, a script fails at its first write, if that write could need memory.
-- So a script that frees memory, or must work without, begins with a write that needs none.
local base = KEYS[1]
local stream = base .. 'stream'
local returned = base .. 'returned'
local due = base .. 'due'
local topics = base .. 'topics'
local parked = base .. 'parked'
local serving = base .. 'serving'
local readers = base .. 'readers'
local group = 'relay'

local function id_key(event_id)
  return base .. 'id:' .. event_id
end

local function note_key(sequence)
  return base .. 'note:' .. sequence
end

local function entry_key(sequence)
  return base .. 'entry:' .. sequence
end

local function held_key(topic)
  return base .. 'held:' .. topic
end

local function stream_id(sequence)
  return sequence .. '-0'
end

local function sequence_of(stream_entry_id)
  return string.sub(stream_entry_id, 1, -3)
end

-- Redis's own time in milliseconds, which all replicas share.
local function time()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end

-- The time that dates are compared with: Redis's own, or a test's.
local function date(test_time)
  return test_time ~= '' and tonumber(test_time) or time()
end

local function number(value)
  return string.format('%.0f', value)
end

-- A write that needs no memory; see above.
local function begin_without_room()
  redis.call('DEL', base .. 'probe')
end

-- A table from a list of alternating names and values.
local function named(list)
  local values = {}
  for i = 1, #list, 2 do
    values[list[i]] = list[i + 1]
  end
  return values
end

-- Follows the clock, so that a Redis that lost its data uses no sequence twice.
local function next_sequence()
  local now = redis.call('TIME')
  local last = tonumber(redis.call('GET', base .. 'sequence') or '0')
  return number(math.max(last + 1, now[1] * 1000000 + now[2]))
end

-- The event as a list of alternating names and values.
local function flat(event)
  local list = {'id', event.id, 'type', event.type, 'account', event.account, 'received',
    event.received, 'body', event.body, 'sum', event.sum}
  if event.object and event.object ~= '' then
    list[#list + 1] = 'object'
    list[#list + 1] = event.object
  end
  if event.deflated and event.deflated ~= '' then
    list[#list + 1] = 'deflated'
    list[#list + 1] = event.deflated
  end
  return list
end

local function add(event)
  local sequence = next_sequence()
  redis.call('XADD', stream, stream_id(sequence), unpack(flat(event)))
  redis.call('SET', base .. 'sequence', sequence)
  redis.call('SET', id_key(event.id), sequence)
  return sequence
end

-- The event of a waiting entry; nil when the sequence does not wait.
local function waiting_event(sequence)
  local found = redis.call('XRANGE', stream, stream_id(sequence), stream_id(sequence))
  return found[1] and named(found[1][2])
end

-- The event of a parked entry, with the reason; nil when the sequence is not parked.
local function parked_event(sequence)
  local list = redis.call('HGETALL', entry_key(sequence))
  return #list > 0 and named(list) or nil
end

local function is_claimed_by(consumer, sequence)
  local id = stream_id(sequence)
  return #redis.call('XPENDING', stream, group, id, id, 1, consumer) == 1
end

-- Moves a waiting entry from one of the sets to a consumer, and appends it to `found`.
local function claim_from(from, found, consumer, sequence)
  local id = stream_id(sequence)
  local got = redis.call('XCLAIM', stream, group, consumer, 0, id, 'FORCE')
  redis.call('ZREM', from, sequence)
  if got[1] then
    local note = redis.call('HMGET', note_key(sequence), 'refusals', 'permanent')
    found[#found + 1] = {id, got[1][2], note[1] or '0', note[2] or '0'}
  else
    redis.call('XACK', stream, group, id)
  end
end

local function hold(topic, sequence, lease)
  redis.call('ZADD', held_key(topic), sequence, sequence)
  redis.call('ZADD', topics, 'GT', time() + lease, topic)
end

-- Ends the claim of an entry: it is held or returned again.
local function give_back(sequence, lease)
  redis.call('XACK', stream, group, stream_id(sequence))
  local topic = redis.call('HGET', note_key(sequence), 'held')
  if topic then
    hold(topic, sequence, lease)
  else
    redis.call('ZADD', returned, sequence, sequence)
  end
end

-- Keeps what a finished entry is remembered by, for `memory` milliseconds.
local function remember(event, sequence, state, settled, memory)
  if event.object and event.object ~= '' then
    state = state .. ' ' .. event.object
  end
  local value = {state, sequence, event.received, settled, event.type, event.account}
  redis.call('SET', id_key(event.id), table.concat(value, '\n'), 'PX', math.max(1, memory))
end

local function park(sequence, settled, reason, detail)
  local event = waiting_event(sequence)
  redis.call('XDEL', stream, stream_id(sequence))
  if event then
    local note = redis.call('HMGET', note_key(sequence), 'refusals', 'permanent')
    redis.call('HSET', entry_key(sequence), 'refusals', note[1] or '0', 'permanent',
      note[2] or '0', 'settled', settled, 'reason', reason, 'detail', detail,
      unpack(flat(event)))
    redis.call('ZADD', parked, sequence, sequence)
  end
  redis.call('DEL', note_key(sequence))
end

-- Makes a parked entry wait again: without its refusals, and behind all others.
local function unpark(sequence, event)
  add(event)
  redis.call('ZREM', parked, sequence)
  redis.call('DEL', entry_key(sequence))
end
