-- Stores an event.
--
-- ARGV:
--   1   the maximum of waiting entries
--   2-7 id, type, account, received, body, checksum
--   8   '1' to write even for a duplicate: a caller that waits for replicas or the disk then also
--       waits for the write of the first copy
--   9   the id of the event's object, or nothing
--   and for an event whose id another event has:
--   10  the further id that the checksum covers
--   11  the time now
--   12  why the entry is parked
--   and always:
--   13  the size of the body before it was deflated, or nothing if it is not deflated
--
-- Returns 'STORED', 'DUPLICATE', 'FULL', 'ID_EXHAUSTED' or 'CONFLICT' (parked under the further
-- id); or a list of 'CONFLICT', a free further id, and the type and object of the event that has
-- the id. The caller then runs this again with that further id.
local event_id, event_type, object = ARGV[2], ARGV[3], ARGV[9]
local proposed = ARGV[10]

-- The type and the object of the event that has an id; nil when the id is free.
local function known_event(id)
  local value = redis.call('GET', id_key(id))
  if not value then
    return nil
  end
  if string.find(value, '^%d+$') then
    local entry = waiting_event(value) or parked_event(value)
    return {type = entry and entry.type or '', object = entry and entry.object or ''}
  end
  local state, of_type = string.match(value, '^([^\n]*)\n[^\n]*\n[^\n]*\n[^\n]*\n([^\n]*)\n')
  return {type = of_type or '', object = string.match(state or '', '^%S+ (.*)$') or ''}
end

-- An unknown object matches any object; an entry without a type matches no event.
local function is_same(known)
  return known.type == event_type
    and (known.object == '' or object == '' or known.object == object)
end

local function duplicate()
  if ARGV[8] == '1' then
    redis.call('SET', base .. 'probe', '', 'PX', 60000)
  end
  return 'DUPLICATE'
end

local first = known_event(event_id)
if first and is_same(first) then
  return duplicate()
end
-- Even when the event's own id is free: it may have been forgotten before the further ones.
local further = {}
for i = 2, 16 do
  further[#further + 1] = id_key(event_id .. '-' .. i)
end
local free = nil
if first or redis.call('EXISTS', unpack(further)) > 0 then
  for i = 2, 16 do
    local id = event_id .. '-' .. i
    local other = known_event(id)
    if other and is_same(other) then
      return duplicate()
    end
    if not other and not free and #id <= 255 then
      free = id
    end
  end
end
if redis.call('XLEN', stream) >= tonumber(ARGV[1]) then
  return 'FULL'
end
local event = {id = event_id, type = event_type, account = ARGV[4], received = ARGV[5],
  body = ARGV[6], sum = ARGV[7], object = object, deflated = ARGV[13]}
if not first then
  if proposed ~= '' then
    -- The event that had the id was forgotten meanwhile. The checksum covers the further id.
    return {'CONFLICT', ''}
  end
  add(event)
  return 'STORED'
end
if not free then
  return 'ID_EXHAUSTED'
end
if free ~= proposed then
  return {'CONFLICT', free, first.type, first.object}
end
event.id = free
park(add(event), ARGV[11], 'CONFLICT', ARGV[12])
return 'CONFLICT'
