-- Discards an entry for an operator, unless a living process has claimed it.
--
-- ARGV: event id, the time now, how long ids are remembered and how long a lease is, both in
-- milliseconds. Returns 'DONE', 'NOT_FOUND', 'NOT_APPLICABLE' or 'IN_FLIGHT'.
local now, memory, lease = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local known = redis.call('GET', id_key(ARGV[1]))
if not known then
  return 'NOT_FOUND'
end
local event = parked_event(known)
if event then
  begin_without_room()
  redis.call('ZREM', parked, known)
  redis.call('DEL', entry_key(known))
  remember(event, known, 'discarded', now, memory)
  return 'DONE'
end
event = string.find(known, '^%d+$') and waiting_event(known)
if not event then
  return 'NOT_APPLICABLE'
end
local id = stream_id(known)
local claim = redis.call('XPENDING', stream, group, id, id, 1)
if claim[1] and claim[1][3] < lease then
  return 'IN_FLIGHT'
end
redis.call('XACK', stream, group, id)
redis.call('ZREM', returned, known)
redis.call('ZREM', due, known)
local topic = redis.call('HGET', note_key(known), 'held')
if topic then
  redis.call('ZREM', held_key(topic), known)
end
redis.call('XDEL', stream, id)
redis.call('DEL', note_key(known))
remember(event, known, 'discarded', now, memory)
return 'DONE'
