-- KEYS: stream, dead letters. ARGV: group, consumer, id; for a dead letter also its event, attempts, error and
-- time, and how many of them to keep.
-- Ends an event that this consumer owns. Returns -1 if it does not, otherwise how many dead letters had to go.
local entry = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2])
if #entry == 0 then
  return -1
end
local gone = 0
if ARGV[4] then
  redis.call('XADD', KEYS[2], '*', 'event', ARGV[4], 'attempts', ARGV[5], 'error', ARGV[6], 'time', ARGV[7])
  gone = redis.call('XTRIM', KEYS[2], 'MAXLEN', ARGV[8])
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
return gone
