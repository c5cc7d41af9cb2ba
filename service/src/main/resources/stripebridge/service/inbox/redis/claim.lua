-- ARGV: consumer, how many at most, how far ahead a date can be in milliseconds, the date now or
-- nothing for that of Redis. One further ahead was given before the clock went back, and has come.
-- Gives back lists of stream id, the event's names and values, refusals, those for good.
local consumer, max, now = ARGV[1], tonumber(ARGV[2]), date(ARGV[4])
local found = {}
for _, sequence in ipairs(redis.call('ZRANGE', returned, 0, max - 1)) do
  take(found, returned, consumer, sequence)
end
if #found < max then
  local come = redis.call('ZRANGEBYSCORE', due, '-inf', number(now), 'LIMIT', 0, max - #found)
  for _, sequence in ipairs(come) do
    take(found, due, consumer, sequence)
  end
end
if #found < max then
  local ahead = redis.call('ZRANGEBYSCORE', due, '(' .. number(now + ARGV[3]), '+inf', 'LIMIT',
    0, max - #found)
  for _, sequence in ipairs(ahead) do
    take(found, due, consumer, sequence)
  end
end
if #found < max then
  local read = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', max - #found,
    'STREAMS', stream, '>')
  if read then
    for _, entry in ipairs(read[1][2]) do
      found[#found + 1] = {entry[1], entry[2], '0', '0'}
    end
  end
end
return found
