-- Finds what has an event id.
--
-- ARGV: event id. Returns nothing, the value of a remembered event, or a list as in page.lua.
local known = redis.call('GET', id_key(ARGV[1]))
if not known or not string.find(known, '^%d+$') then
  return known
end
local list = redis.call('XRANGE', stream, stream_id(known), stream_id(known))
local flat = {known}
local function put(values)
  for _, value in ipairs(values) do
    flat[#flat + 1] = value
  end
end
if list[1] then
  put(list[1][2])
  put(redis.call('HGETALL', note_key(known)))
else
  put(redis.call('HGETALL', entry_key(known)))
end
return flat
