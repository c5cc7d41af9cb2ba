-- Lists entries in the order of their sequence.
--
-- ARGV: 'waiting' or 'parked', the sequence to start after, the maximum, '1' to include bodies.
-- Returns lists of sequence, names and values; without a body, an entry has its size.
local found = {}
local function add_to_page(sequence, list)
  local values = named(list)
  values.size = number(tonumber(values.deflated) or #(values.body or ''))
  if ARGV[4] ~= '1' then
    values.body = nil
  end
  local flat = {sequence}
  for name, value in pairs(values) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  found[#found + 1] = flat
  return flat
end
if ARGV[1] == 'waiting' then
  -- An exclusive start needs Redis 6.2, as does XAUTOCLAIM.
  local entries = redis.call('XRANGE', stream, '(' .. stream_id(ARGV[2]), '+', 'COUNT', ARGV[3])
  for _, entry in ipairs(entries) do
    local sequence = sequence_of(entry[1])
    local flat = add_to_page(sequence, entry[2])
    for _, value in ipairs(redis.call('HGETALL', note_key(sequence))) do
      flat[#flat + 1] = value
    end
  end
else
  local sequences = redis.call('ZRANGEBYSCORE', parked, '(' .. ARGV[2], '+inf', 'LIMIT', 0,
    ARGV[3])
  for _, sequence in ipairs(sequences) do
    add_to_page(sequence, redis.call('HGETALL', entry_key(sequence)))
  end
end
return found
