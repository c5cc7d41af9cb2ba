-- Frees the claims of dead replicas and the topics that they were draining, and unregisters them.
--
-- ARGV: consumer, lease in milliseconds. Returns how many entries are free again.
local consumer, lease = ARGV[1], tonumber(ARGV[2])
begin_without_room()
local freed, from = 0, '0-0'
for _ = 1, 20 do
  local reply = redis.call('XAUTOCLAIM', stream, group, consumer, lease, from, 'COUNT', 500,
    'JUSTID')
  for _, id in ipairs(reply[2]) do
    give_back(sequence_of(id), lease)
    freed = freed + 1
  end
  from = reply[1]
  if from == '0-0' then
    break
  end
end
local now = time()
for _, topic in ipairs(redis.call('ZRANGEBYSCORE', topics, '-inf', now, 'LIMIT', 0, 1000)) do
  -- Each run is bounded; the next one goes on.
  if freed > 50000 then
    break
  end
  for _, sequence in ipairs(redis.call('ZRANGE', held_key(topic), 0, 999)) do
    redis.call('ZREM', held_key(topic), sequence)
    redis.call('HDEL', note_key(sequence), 'held')
    redis.call('ZADD', returned, sequence, sequence)
    freed = freed + 1
  end
  if redis.call('EXISTS', held_key(topic)) == 0 then
    redis.call('ZREM', topics, topic)
  end
end
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', serving, '-inf', now)) do
  if #redis.call('XPENDING', stream, group, '-', '+', 1, dead) == 0 then
    redis.call('XGROUP', 'DELCONSUMER', stream, group, dead)
    redis.call('ZREM', serving, dead)
  end
end
-- A replica of an older release unregisters a dead one without this.
for _, reader in ipairs(redis.call('HKEYS', readers)) do
  if not redis.call('ZSCORE', serving, reader) then
    redis.call('HDEL', readers, reader)
  end
end
return freed
