-- Makes parked entries wait again.
--
-- ARGV: the maximum. Returns how many entries wait again.
local count = 0
for _, sequence in ipairs(redis.call('ZRANGE', parked, 0, ARGV[1] - 1)) do
  local event = parked_event(sequence)
  if event then
    unpark(sequence, event)
    count = count + 1
  else
    redis.call('ZREM', parked, sequence)
  end
end
return count
