-- Deletes moved entries, ids included, unless a replica is alive.
--
-- ARGV: for each entry its event id and its sequence. Returns their number, or -1 if a replica is
-- alive.
begin_without_room()
if redis.call('ZCOUNT', serving, '(' .. number(time()), '+inf') > 0 then
  return -1
end
for i = 1, #ARGV, 2 do
  local sequence = ARGV[i + 1]
  local topic = redis.call('HGET', note_key(sequence), 'held')
  if topic then
    redis.call('ZREM', held_key(topic), sequence)
  end
  redis.call('XACK', stream, group, stream_id(sequence))
  redis.call('XDEL', stream, stream_id(sequence))
  redis.call('ZREM', returned, sequence)
  redis.call('ZREM', due, sequence)
  redis.call('ZREM', parked, sequence)
  redis.call('DEL', note_key(sequence), entry_key(sequence), id_key(ARGV[i]))
end
return #ARGV / 2
