-- Returns the topics that entries are held behind.
local found = {}
for _, topic in ipairs(redis.call('ZRANGE', topics, 0, -1)) do
  if redis.call('EXISTS', held_key(topic)) == 1 then
    found[#found + 1] = topic
  end
end
return found
