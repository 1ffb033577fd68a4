-- KEYS: stream. ARGV: group, consumer, least idle time in ms, how many, how many events the consumer knows of.
-- Finds what this consumer owns and does not say a word about: it was in an answer that never came, so that nobody has
-- begun with it. Returns id, event and attempts of each.
local owned = 0
for _, consumer in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1])[4] or {}) do
  if consumer[1] == ARGV[2] then
    owned = tonumber(consumer[2])
  end
end
local result = {}
if owned <= tonumber(ARGV[5]) then
  return result
end
local entries = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4], ARGV[2])
for _, entry in ipairs(entries) do
  -- the delivery that was lost was counted, and is the next attempt
  local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry[1], 'RETRYCOUNT', entry[4])
  if #claimed > 0 then
    result[#result + 1] = {entry[1], claimed[1][2][2], math.max(0, entry[4] - 1)}
  end
end
return result
