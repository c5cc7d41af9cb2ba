-- ARGV: how many at most; gives back how many there were
local count = 0
for _, sequence in ipairs(redis.call('ZRANGE', parked, 0, ARGV[1] - 1)) do
  local event = shelved(sequence)
  if event then
    unpark(sequence, event)
    count = count + 1
  else
    redis.call('ZREM', parked, sequence)
  end
end
return count
