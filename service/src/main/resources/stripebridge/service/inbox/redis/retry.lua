-- ARGV: event id, the date now
local held = redis.call('GET', id_key(ARGV[1]))
if not held then
  return 'NOT_FOUND'
end
local event = shelved(held)
if event then
  unpark(held, event)
  return 'DONE'
end
local date = redis.call('ZSCORE', due, held)
if date and tonumber(date) > tonumber(ARGV[2]) then
  redis.call('ZREM', due, held)
  redis.call('HDEL', note_key(held), 'due')
  redis.call('ZADD', returned, held, held)
  return 'DONE'
end
return 'NOT_APPLICABLE'
