-- Claims free and due entries.
--
-- ARGV: consumer, the maximum, how far ahead a date can be in milliseconds, a test's time or
-- nothing. A date further ahead was set before the clock went back, and counts as due.
-- Returns lists of stream id, the event's names and values, refusals, permanent refusals.
local consumer, max, now = ARGV[1], tonumber(ARGV[2]), date(ARGV[4])
local found = {}
for _, sequence in ipairs(redis.call('ZRANGE', returned, 0, max - 1)) do
  claim_from(returned, found, consumer, sequence)
end
if #found < max then
  local now_due = redis.call('ZRANGEBYSCORE', due, '-inf', number(now), 'LIMIT', 0, max - #found)
  for _, sequence in ipairs(now_due) do
    claim_from(due, found, consumer, sequence)
  end
end
if #found < max then
  local ahead = redis.call('ZRANGEBYSCORE', due, '(' .. number(now + ARGV[3]), '+inf', 'LIMIT',
    0, max - #found)
  for _, sequence in ipairs(ahead) do
    claim_from(due, found, consumer, sequence)
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
