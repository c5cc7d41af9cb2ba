-- ARGV: event id
-- Gives back nothing, or the value of what is remembered, or a list as a page has it.
local held = redis.call('GET', id_key(ARGV[1]))
if not held or not string.find(held, '^%d+$') then
  return held
end
local list = redis.call('XRANGE', stream, stream_id(held), stream_id(held))
local flat = {held}
local function put(values)
  for _, value in ipairs(values) do
    flat[#flat + 1] = value
  end
end
if list[1] then
  put(list[1][2])
  put(redis.call('HGETALL', note_key(held)))
else
  put(redis.call('HGETALL', entry_key(held)))
end
return flat
