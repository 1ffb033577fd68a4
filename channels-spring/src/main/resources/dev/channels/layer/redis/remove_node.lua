-- KEYS: nodes, claim. ARGV: dead node, claiming node.
-- Forgets a node that is still dead, and the claim. Returns whether it did.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return 0
end
redis.call('DEL', KEYS[2])
if lease and tonumber(lease) >= now then
  return 0
end
return redis.call('ZREM', KEYS[1], ARGV[1])
