-- Unregisters a replica that has given back its claims.
--
-- ARGV: consumer
local consumer = ARGV[1]
begin_without_room()
if #redis.call('XPENDING', stream, group, '-', '+', 1, consumer) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer)
  redis.call('ZREM', serving, consumer)
  redis.call('HDEL', readers, consumer)
else
  -- Claims whose reply was lost: the other replicas take over.
  redis.call('ZADD', serving, 0, consumer)
end
return 'OK'
