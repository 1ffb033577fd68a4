-- KEYS: stream. ARGV: group, consumer, the consumer that stands for what was given back, least idle time in ms, how
-- many.
-- Takes events over from consumers that do not say a word, and what was given back; forgets consumers that have none.
-- Returns id, event and attempts of each.
local result = {}
-- says that there is no group, as a read does
redis.call('XPENDING', KEYS[1], ARGV[1])
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local facts = {}
  for i = 1, #consumer, 2 do
    facts[consumer[i]] = consumer[i + 1]
  end
  -- what a consumer owns that reads, or says what it holds, is its own business
  local silent = facts.name ~= ARGV[2] and (facts.idle >= tonumber(ARGV[4]) or facts.name == ARGV[3])
  local missing = ARGV[5] - #result
  if silent and facts.pending == 0 then
    -- It may be of a process that is gone. If it is not, it comes back with its next event.
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], facts.name)
  elseif silent and missing > 0 then
    local entries = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[4], '-', '+', missing, facts.name)
    for _, entry in ipairs(entries) do
      -- each time that somebody got it counts as an attempt, for nobody knows better
      local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry[1])
      if #claimed > 0 then
        result[#result + 1] = {entry[1], claimed[1][2][2], entry[4]}
      else
        -- its event was deleted by somebody else: nothing is left to handle
        redis.call('XACK', KEYS[1], ARGV[1], entry[1])
      end
    end
  end
end
return result
