-- KEYS: stream. ARGV: group, consumer, least idle time in ms, how many; optionally this consumer once more, to look at
-- nothing but what it owns.
-- Takes events over from workers that do not say a word, and forgets those that have none. Returns id, event and
-- attempts of each.
local result = {}
local entries = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4], unpack(ARGV, 5))
for _, entry in ipairs(entries) do
  -- Each time that somebody got it counts as an attempt, for nobody knows better. But what this consumer owns without a
  -- word was in an answer that never came.
  local attempts = entry[4]
  local next = attempts + 1
  if entry[2] == ARGV[2] then
    attempts = math.max(0, attempts - 1)
    next = attempts + 1
  end
  local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry[1], 'RETRYCOUNT', next)
  if #claimed > 0 then
    result[#result + 1] = {entry[1], claimed[1][2][2], attempts}
  else
    -- its event was deleted by somebody else: nothing is left to handle
    redis.call('XACK', KEYS[1], ARGV[1], entry[1])
  end
end
if ARGV[5] then
  return result
end
-- A consumer that owns nothing and is silent may be of a process that is gone. If it is not, it comes back with its
-- next event.
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if not consumers.err then
  for _, consumer in ipairs(consumers) do
    local facts = {}
    for i = 1, #consumer, 2 do
      facts[consumer[i]] = consumer[i + 1]
    end
    if facts.name ~= ARGV[2] and facts.pending == 0 and facts.idle > tonumber(ARGV[3]) then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], facts.name)
    end
  end
end
return result
