-- KEYS: stream. ARGV: group, consumer, the consumer that stands for what was given back, idle time in ms that counts as
-- abandoned, id and attempts of each event.
-- Gives back what was read and is not being handled, so that others take it at once. Then forgets the consumer, unless
-- it still owns something: its events would be lost with it.
for i = 5, #ARGV, 2 do
  local entry = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #entry > 0 then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[i], 'IDLE', ARGV[4], 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')
  end
end
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
end
return 0
