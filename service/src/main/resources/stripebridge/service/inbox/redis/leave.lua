-- ARGV: consumer, which has given back what it had
local consumer = ARGV[1]
begin_without_room()
if #redis.call('XPENDING', stream, group, '-', '+', 1, consumer) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer)
  redis.call('ZREM', serving, consumer)
  redis.call('HDEL', readers, consumer)
else
  -- What it was given and never heard of: the others take it.
  redis.call('ZADD', serving, 0, consumer)
end
return 'OK'
