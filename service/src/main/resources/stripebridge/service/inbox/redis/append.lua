-- ARGV: waiting entries at most, id, type, account, received, body, checksum, '1' to write in any
-- case, so that who waits for replicas or the disk waits for the first writer's too, the id of its
-- object or nothing
if redis.call('EXISTS', id_key(ARGV[2])) == 1 then
  if ARGV[8] == '1' then
    redis.call('SET', base .. 'probe', '', 'PX', 60000)
  end
  return 'DUPLICATE'
end
if redis.call('XLEN', stream) >= tonumber(ARGV[1]) then
  return 'FULL'
end
add({id = ARGV[2], type = ARGV[3], account = ARGV[4], received = ARGV[5], body = ARGV[6],
  sum = ARGV[7], object = ARGV[9]})
return 'STORED'
