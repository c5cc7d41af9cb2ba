-- Returns how many entries wait, how many are parked, and when the oldest waiting one was received.
local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)
return {
  redis.call('XLEN', stream),
  redis.call('ZCARD', parked),
  oldest[1] and named(oldest[1][2]).received or '',
}
