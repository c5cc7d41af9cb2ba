-- ARGV: event id, the date now, how long ids are remembered and how long a lease is, both in
-- milliseconds
local now, memory, lease = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local held = redis.call('GET', id_key(ARGV[1]))
if not held then
  return 'NOT_FOUND'
end
local event = shelved(held)
if event then
  begin_without_room()
  redis.call('ZREM', parked, held)
  redis.call('DEL', entry_key(held))
  remember(event, held, 'discarded', now, memory)
  return 'DONE'
end
event = string.find(held, '^%d+$') and waiting(held)
if not event then
  return 'NOT_APPLICABLE'
end
local id = stream_id(held)
local claim = redis.call('XPENDING', stream, group, id, id, 1)
if claim[1] and claim[1][3] < lease then
  return 'IN_FLIGHT'
end
redis.call('XACK', stream, group, id)
redis.call('ZREM', returned, held)
redis.call('ZREM', due, held)
local topic = redis.call('HGET', note_key(held), 'held')
if topic then
  redis.call('ZREM', held_key(topic), held)
end
redis.call('XDEL', stream, id)
redis.call('DEL', note_key(held))
remember(event, held, 'discarded', now, memory)
return 'DONE'
