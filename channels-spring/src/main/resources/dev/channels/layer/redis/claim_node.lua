-- KEYS: nodes, claim. ARGV: dead node, claiming node, duration of the claim in ms.
-- Takes or renews the claim. Returns the time in ms, 0 if the node lives or another one has the claim.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not lease or tonumber(lease) >= now then
  return 0
end
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[2] then
  return 0
end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return now
