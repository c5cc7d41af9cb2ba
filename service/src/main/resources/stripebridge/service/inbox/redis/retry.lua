-- ARGV: event id
local held = redis.call('GET', id_key(ARGV[1]))
if not held then
  return 'NOT_FOUND'
end
local event = shelved(held)
if event then
  unpark(held, event)
  return 'DONE'
end
if redis.call('ZREM', due, held) == 1 then
  redis.call('HDEL', note_key(held), 'due')
  redis.call('ZADD', returned, held, held)
  return 'DONE'
end
return 'NOT_APPLICABLE'
