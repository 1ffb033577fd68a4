-- KEYS: stream. ARGV: group, the consumer that stands for what was given back, expiry in ms.
-- Ends events that have waited too long for a worker, and forgets a stream of which nothing is left and that nobody
-- reads. Returns how many events have expired, and in how many ms the next one will, -1 if there is none.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local oldest = now - ARGV[3]
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if groups.err then
  return {0, -1}
end
local from = '-'
local served = false
for _, group in ipairs(groups) do
  for i = 1, #group, 2 do
    -- what was delivered once is in the hands of a worker, or between two attempts
    if group[i] == 'last-delivered-id' then
      from = '(' .. group[i + 1]
      served = true
    end
  end
end
local expired = 0
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], from, oldest, 'COUNT', 1000)) do
  expired = expired + redis.call('XDEL', KEYS[1], entry[1])
end
if served then
  -- unless it was given back before anybody had begun with it
  for _, entry in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', oldest, 1000, ARGV[2])) do
    if entry[4] == 0 then
      redis.call('XACK', KEYS[1], ARGV[1], entry[1])
      expired = expired + redis.call('XDEL', KEYS[1], entry[1])
    end
  end
end
local next = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', 1)
if #next > 0 then
  return {expired, math.max(0, string.match(next[1][1], '%d+') - oldest)}
end
if redis.call('XLEN', KEYS[1]) == 0 then
  local readers = 0
  if served then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
    readers = #redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
  end
  if readers == 0 then
    redis.call('DEL', KEYS[1])
  end
end
return {expired, -1}
