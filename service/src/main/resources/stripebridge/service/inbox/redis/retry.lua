-- Has an entry tried now: a parked one, or one that waits for its date.
--
-- ARGV: event id. Returns 'DONE', 'NOT_FOUND' or 'NOT_APPLICABLE'.
local known = redis.call('GET', id_key(ARGV[1]))
if not known then
  return 'NOT_FOUND'
end
local event = parked_event(known)
if event then
  unpark(known, event)
  return 'DONE'
end
if redis.call('ZREM', due, known) == 1 then
  redis.call('HDEL', note_key(known), 'due')
  redis.call('ZADD', returned, known, known)
  return 'DONE'
end
return 'NOT_APPLICABLE'
