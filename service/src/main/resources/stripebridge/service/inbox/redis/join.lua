-- ARGV: consumer, or nothing; lease in milliseconds; the format that it writes, 0 for that of the
-- inbox and the last one for a new inbox; the last format that it reads. Gives back the version of
-- what is stored, or 'UNREADABLE' where a replica that is alive could not read what this one would
-- write.
begin_without_room()
local writes, reads = tonumber(ARGV[3]), tonumber(ARGV[4])
local version = redis.call('GET', base .. 'version')
if not version and writes == 0 then
  writes = reads
end
version = version or '1'
if not string.find(version, '^%d+$') or tonumber(version) > reads then
  return version
end
if writes > tonumber(version) then
  local alive = redis.call('ZRANGEBYSCORE', serving, '(' .. number(time()), '+inf')
  for _, other in ipairs(alive) do
    if tonumber(redis.call('HGET', readers, other) or '1') < writes then
      return 'UNREADABLE'
    end
  end
  version = number(writes)
end
local made = redis.pcall('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
if made.err and not string.find(made.err, 'BUSYGROUP') then
  return made
end
redis.call('SET', base .. 'version', version)
if ARGV[1] ~= '' then
  redis.call('ZADD', serving, time() + ARGV[2], ARGV[1])
  redis.call('HSET', readers, ARGV[1], reads)
end
return version
