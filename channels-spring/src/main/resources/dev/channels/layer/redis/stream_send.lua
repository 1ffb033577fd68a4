-- KEYS: stream. ARGV: event, capacity, expiry in ms (0: never).
-- Returns 1 if the event was added and 0 if the channel is full, and how many events had expired.
local expired = 0
if tonumber(ARGV[3]) > 0 then
  local time = redis.call('TIME')
  local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[3]
  local from = '-'
  local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
  if not groups.err then
    for _, group in ipairs(groups) do
      for i = 1, #group, 2 do
        -- what was delivered once is in the hands of a worker, or between two attempts
        if group[i] == 'last-delivered-id' then
          from = '(' .. group[i + 1]
        end
      end
    end
  end
  local entries = redis.call('XRANGE', KEYS[1], from, oldest, 'COUNT', 1000)
  for _, entry in ipairs(entries) do
    expired = expired + redis.call('XDEL', KEYS[1], entry[1])
  end
end
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[2]) then
  return {0, expired}
end
redis.call('XADD', KEYS[1], '*', 'event', ARGV[1])
return {1, expired}
