-- Makes dated entries due whose last refusals were not all permanent.
--
-- ARGV: a test's time or nothing. Returns how many there were.
begin_without_room()
local now, count = number(date(ARGV[1])), 0
for _, sequence in ipairs(redis.call('ZRANGE', due, 0, -1)) do
  local note = redis.call('HMGET', note_key(sequence), 'refusals', 'permanent')
  if (tonumber(note[1]) or 0) > (tonumber(note[2]) or 0) then
    redis.call('HSET', note_key(sequence), 'due', now)
    redis.call('ZADD', due, now, sequence)
    count = count + 1
  end
end
return count
