-- Settles claimed entries.
--
-- ARGV: consumer, the time now, how long ids are remembered and how long a lease is, both in
-- milliseconds; then for each settlement its kind, the sequence and five values.
local consumer, now, memory, lease = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local function hold_behind(sequence, topic)
  redis.call('HSET', note_key(sequence), 'held', topic)
  redis.call('HDEL', note_key(sequence), 'due')
  hold(topic, sequence, lease)
end

local kinds = {
  -- The caller sends what is remembered, so the event is not read again.
  published = function(sequence, event_id, event_type, account, received, object)
    redis.call('XDEL', stream, stream_id(sequence))
    redis.call('DEL', note_key(sequence))
    local event = {id = event_id, type = event_type, account = account, received = received,
      object = object}
    remember(event, sequence, 'published', now, memory)
  end,
  refused = function(sequence, delay, reason, permanent, test_time)
    local note = note_key(sequence)
    local at = number(date(test_time) + delay)
    redis.call('HINCRBY', note, 'refusals', 1)
    redis.call('HINCRBY', note, 'permanent', permanent)
    redis.call('HSET', note, 'due', at, 'reason', reason)
    redis.call('HDEL', note, 'held')
    redis.call('ZADD', due, at, sequence)
  end,
  held = hold_behind,
  refused_and_held = function(sequence, topic, reason)
    redis.call('HINCRBY', note_key(sequence), 'refusals', 1)
    redis.call('HSET', note_key(sequence), 'reason', reason)
    hold_behind(sequence, topic)
  end,
  released = function(sequence)
    give_back(sequence, lease)
  end,
  parked = function(sequence, reason, detail)
    park(sequence, now, reason, detail)
  end,
}

for i = 5, #ARGV, 7 do
  local sequence = ARGV[i + 1]
  -- A replica that lost its lease settles nothing.
  if is_claimed_by(consumer, sequence) then
    redis.call('XACK', stream, group, stream_id(sequence))
    kinds[ARGV[i]](sequence, ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6])
  end
end
return 'OK'
