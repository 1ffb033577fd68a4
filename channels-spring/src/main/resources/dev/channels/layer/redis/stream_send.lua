-- KEYS: stream. ARGV: event, capacity, expiry in ms (0: never).
-- Returns 1 if the event was added and 0 if the channel is full, and 1 if it is the first event of a channel that never
-- had a worker.
local length = redis.call('XLEN', KEYS[1])
if length >= tonumber(ARGV[2]) then
  return {0, 0}
end
redis.call('XADD', KEYS[1], '*', 'event', ARGV[1])
local expiry = tonumber(ARGV[3])
if expiry == 0 then
  redis.call('PERSIST', KEYS[1])
  if length > 0 then
    return {1, 0}
  end
end
if #redis.call('XINFO', 'GROUPS', KEYS[1]) > 0 then
  return {1, 0}
end
if expiry > 0 then
  -- Nobody may ever come to read it. The nodes that send see to it that what has expired is counted; this is for when
  -- they are gone.
  redis.call('PEXPIRE', KEYS[1], expiry + 60000)
end
return {1, length == 0 and 1 or 0}
