-- KEYS: nodes. ARGV: node, lease in ms.
-- Returns the time in ms, whether the lease was still held, and nodes whose lease has ended.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local held = (lease and tonumber(lease) >= now) and 1 or 0
return {now, held, redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. now, 'LIMIT', 0, 16)}
