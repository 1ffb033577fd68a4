-- KEYS: nodes. ARGV: node, lease in ms.
-- Returns the time in ms, whether the lease was still held, and nodes whose lease has ended: up to 16, each second
-- others if there are more, so that those that cannot be removed do not hide the rest; then in how many ms the next
-- lease will have ended unless it is renewed.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local held = (lease and tonumber(lease) >= now) and 1 or 0
local ended = '(' .. now
local pages = math.ceil(redis.call('ZCOUNT', KEYS[1], '-inf', ended) / 16)
local page = (pages > 1) and (time[1] % pages) or 0
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ended, 'LIMIT', page * 16, 16)
local next = redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
return {now, held, dead, next[2] - now + 1}
