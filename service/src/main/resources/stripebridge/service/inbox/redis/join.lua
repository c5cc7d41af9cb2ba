-- Registers a replica, and creates the consumer group if it is missing.
--
-- ARGV: consumer, or nothing; lease in milliseconds; the format to write, or 0 for the inbox's own
-- (in a new inbox: the highest that the caller reads); the highest format that the caller reads.
-- Returns the version of the inbox, or 'UNREADABLE' if a living replica cannot read the format to
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
