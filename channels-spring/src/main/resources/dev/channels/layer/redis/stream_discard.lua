-- KEYS: dead letters. ARGV: the id of one; without it, all.
-- Forgets dead letters. Returns how many.
local number = 0
if ARGV[1] then
  number = redis.call('XDEL', KEYS[1], ARGV[1])
else
  number = redis.call('XLEN', KEYS[1])
  redis.call('DEL', KEYS[1])
end
if redis.call('XLEN', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[1])
end
return number
