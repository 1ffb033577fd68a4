-- KEYS: dead letters, stream. ARGV: first id, last id, how many, capacity.
-- Sends dead letters again, as new events. Returns how many, and 1 if there was one for which there was no room.
local number = 0
local full = 0
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])) do
  if redis.call('XLEN', KEYS[2]) >= tonumber(ARGV[4]) then
    full = 1
    break
  end
  local event = ''
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'event' then
      event = entry[2][i + 1]
    end
  end
  redis.call('XADD', KEYS[2], '*', 'event', event)
  redis.call('XDEL', KEYS[1], entry[1])
  number = number + 1
end
if redis.call('XLEN', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[1])
end
return {number, full}
