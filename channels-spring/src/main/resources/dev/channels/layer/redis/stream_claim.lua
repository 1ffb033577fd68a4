-- KEYS: stream. ARGV: group, consumer, least idle time in ms, how many.
-- Takes events over from workers that do not say a word. Returns id, event and attempts of each.
local result = {}
local entries = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4])
for _, entry in ipairs(entries) do
  local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], entry[1])
  if #claimed > 0 then
    result[#result + 1] = {entry[1], claimed[1][2][2], entry[4]}
  else
    -- its event was deleted by somebody else: nothing is left to handle
    redis.call('XACK', KEYS[1], ARGV[1], entry[1])
  end
end
return result
