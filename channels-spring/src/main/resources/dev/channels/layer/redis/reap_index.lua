-- KEYS: groups of a node. ARGV: time of the claim in ms, how many to remove at least if there are so many, groups to
-- keep.
-- Removes those that were written before. Returns how many that were.
local kept = {}
for i = 3, #ARGV do
  kept[ARGV[i]] = true
end
local groups = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2] + #ARGV - 2)
local removed = {}
for _, group in ipairs(groups) do
  if not kept[group] then
    removed[#removed + 1] = group
  end
end
if #removed > 0 then
  redis.call('ZREM', KEYS[1], unpack(removed))
end
return #removed
