-- ARGV: waiting entries at most, id, type, account, received, body, checksum, '1' to write in any
-- case, so that who waits for replicas or the disk waits for the first writer's too, the id of its
-- object or nothing; then for an event whose id another one has: the further id that its checksum
-- is of, the date now, why it is parked. Gives back 'CONFLICT' with a further id that is free and
-- what the event's own id is held by, for who has not proposed that id; it is asked once more.
local event_id, event_type, object = ARGV[2], ARGV[3], ARGV[9]
local proposed = ARGV[10]

-- The type and the object of what an id is held by; nil when it is free.
local function holder(id)
  local value = redis.call('GET', id_key(id))
  if not value then
    return nil
  end
  if string.find(value, '^%d+$') then
    local entry = waiting(value) or shelved(value)
    return {type = entry and entry.type or '', object = entry and entry.object or ''}
  end
  local state, of_type = string.match(value, '^([^\n]*)\n[^\n]*\n[^\n]*\n[^\n]*\n([^\n]*)\n')
  return {type = of_type or '', object = string.match(state or '', '^%S+ (.*)$') or ''}
end

-- An object that is not known is like any other; an entry that does not say its type is like none.
local function is_same(held)
  return held.type == event_type
    and (held.object == '' or object == '' or held.object == object)
end

local function known()
  if ARGV[8] == '1' then
    redis.call('SET', base .. 'probe', '', 'PX', 60000)
  end
  return 'DUPLICATE'
end

local first = holder(event_id)
if first and is_same(first) then
  return known()
end
-- Also when its own id is free: that one may have been forgotten since.
local further = {}
for i = 2, 16 do
  further[#further + 1] = id_key(event_id .. '-' .. i)
end
local free = nil
if first or redis.call('EXISTS', unpack(further)) > 0 then
  for i = 2, 16 do
    local id = event_id .. '-' .. i
    local other = holder(id)
    if other and is_same(other) then
      return known()
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
  body = ARGV[6], sum = ARGV[7], object = object}
if not first then
  if proposed ~= '' then
    -- What had the id was forgotten meanwhile: the checksum is of another one.
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
