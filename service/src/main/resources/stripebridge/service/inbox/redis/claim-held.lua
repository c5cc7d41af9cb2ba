-- Claims entries that are held behind a topic.
--
-- ARGV: consumer, topic, the maximum. Returns the same lists as claim.lua.
local consumer, topic = ARGV[1], ARGV[2]
local found = {}
for _, sequence in ipairs(redis.call('ZRANGE', held_key(topic), 0, ARGV[3] - 1)) do
  claim_from(held_key(topic), found, consumer, sequence)
end
if redis.call('EXISTS', held_key(topic)) == 0 then
  redis.call('ZREM', topics, topic)
end
return found
