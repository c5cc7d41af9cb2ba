-- Renews a replica's lease on its claims and topics.
--
-- ARGV: consumer, lease in milliseconds, how many topics, the topics, the claimed sequences.
-- Returns the sequences that the replica no longer has.
begin_without_room()
local consumer, ends, count = ARGV[1], time() + ARGV[2], tonumber(ARGV[3])
redis.call('ZADD', serving, ends, consumer)
for i = 4, 3 + count do
  redis.call('ZADD', topics, 'XX', 'GT', ends, ARGV[i])
end
local lost = {}
for i = 4 + count, #ARGV do
  if is_claimed_by(consumer, ARGV[i]) then
    redis.call('XCLAIM', stream, group, consumer, 0, stream_id(ARGV[i]), 'JUSTID')
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
