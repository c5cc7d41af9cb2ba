-- Stores a memo, if it is still what the caller has read.
--
-- ARGV: name; what was read, or nothing; the new text. Returns 1 if it was stored, else 0.
local key = base .. 'memo:' .. ARGV[1]
if (redis.call('GET', key) or '') ~= ARGV[2] then
  return 0
end
redis.call('SET', key, ARGV[3])
return 1
