-- ARGV: consumer, topic, how many at most; gives back what claiming does
local consumer, topic = ARGV[1], ARGV[2]
local found = {}
for _, sequence in ipairs(redis.call('ZRANGE', held_key(topic), 0, ARGV[3] - 1)) do
  take(found, held_key(topic), consumer, sequence)
end
if redis.call('EXISTS', held_key(topic)) == 0 then
  redis.call('ZREM', topics, topic)
end
return found
