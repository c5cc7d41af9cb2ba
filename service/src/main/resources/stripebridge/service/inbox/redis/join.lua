-- ARGV: consumer, or nothing; lease in milliseconds; gives back the version of what is stored
begin_without_room()
local version = redis.call('GET', base .. 'version')
if version and version ~= '1' then
  return version
end
local made = redis.pcall('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
if made.err and not string.find(made.err, 'BUSYGROUP') then
  return made
end
redis.call('SET', base .. 'version', '1')
if ARGV[1] ~= '' then
  redis.call('ZADD', serving, time() + ARGV[2], ARGV[1])
end
return '1'
