-- Stores the entries of a move, except those whose ids are known.
--
-- ARGV: the time now, how long ids are remembered in milliseconds; then for each entry its state
-- and thirteen values. Returns how many ids were new.
local now, memory = tonumber(ARGV[1]), tonumber(ARGV[2])
local count = 0
for i = 3, #ARGV, 14 do
  local state = ARGV[i]
  local event = {id = ARGV[i + 1], type = ARGV[i + 2], account = ARGV[i + 3],
    received = ARGV[i + 4], body = ARGV[i + 5], sum = ARGV[i + 6], object = ARGV[i + 12],
    deflated = ARGV[i + 13]}
  local refusals, permanent, settled = ARGV[i + 7], ARGV[i + 8], ARGV[i + 9]
  if redis.call('EXISTS', id_key(event.id)) == 0 then
    count = count + 1
    if state == 'waiting' or state == 'parked' then
      local sequence = add(event)
      if refusals ~= '0' then
        redis.call('HSET', note_key(sequence), 'refusals', refusals, 'permanent', permanent)
      end
      if state == 'parked' then
        park(sequence, settled, ARGV[i + 10], ARGV[i + 11])
      end
    elseif settled + memory > now then
      remember(event, next_sequence(), state, settled, settled + memory - now)
    end
  end
end
return count
